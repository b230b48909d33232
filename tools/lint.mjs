// ESLint, after Nx has written its project graph. Without that graph the layering rule skips itself and stays green,
// so the graph comes first, and a run in which the rule says that it was skipped counts as failed.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const graph = run('node_modules/nx/dist/bin/nx.js', 'show', 'projects');
if (graph.status !== 0) {
  process.stderr.write(`${graph.stdout}${graph.stderr}\nNx could not build the project graph.\n`);
  process.exitCode = 1;
} else {
  const args = process.argv.slice(2);
  const lint = run('node_modules/eslint/bin/eslint.js', ...(args.length > 0 ? args : ['.']));
  process.stdout.write(lint.stdout);
  process.stderr.write(lint.stderr);
  const skipped = `${lint.stdout}${lint.stderr}`.includes('No cached ProjectGraph');
  if (skipped) process.stderr.write('The layering rule was skipped: this lint run proves nothing.\n');
  process.exitCode = skipped ? 1 : (lint.status ?? 1);
}
