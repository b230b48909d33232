// ESLint, after Nx has written its project graph. Without that graph the layering rule skips itself and stays green,
// so the graph comes first, and a run in which the rule says that it was skipped counts as failed.
//
// --changed lints what may have become unclean since it was last found clean, and nothing where that is nothing.
// --last leaves the processors to whoever else wants them, and what specs plant beside it to those specs.
import { spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepClean, lintKeys, unclean } from './lint-changed.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(file, ...args) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };
  return spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

/** Exit code of ESLint over these paths. */
function lint(paths) {
  const graph = run('node_modules/nx/dist/bin/nx.js', 'show', 'projects');
  if (graph.status !== 0) {
    process.stderr.write(`${graph.stdout}${graph.stderr}\nNx could not build the project graph.\n`);
    return 1;
  }
  const result = run('node_modules/eslint/bin/eslint.js', ...paths);
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  const skipped = `${result.stdout}${result.stderr}`.includes('No cached ProjectGraph');
  if (skipped) process.stderr.write('The layering rule was skipped: this lint run proves nothing.\n');
  return skipped ? 1 : (result.status ?? 1);
}

function lintChanged() {
  const keys = lintKeys(root);
  const folders = unclean(root, keys);
  const code = folders.length === 0 ? 0 : lint(['--quiet', ...folders]);
  if (code === 0) keepClean(root, keys);
  return code;
}

const isLast = process.argv.includes('--last');
const args = process.argv.slice(2).filter((argument) => argument !== '--last');
if (isLast) setPriority(constants.priority.PRIORITY_LOW);
if (isLast) args.push('--ignore-pattern', '**/planted-*');
process.exitCode = args[0] === '--changed' ? lintChanged() : lint(args.length > 0 ? args : ['.']);
