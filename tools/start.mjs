// `npm start`: builds what the demo needs, then hands this very process to `orderloom demo`.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const started = Date.now();

process.stderr.write('Building ...');
const args = ['node_modules/typescript/bin/tsc', '-b', 'apps/command-service', 'apps/cli'];
const build = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
if (build.status !== 0) {
  process.stderr.write(` failed.\n${build.stdout}${build.stderr}`);
  process.exit(1);
}
process.stderr.write(` done in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);

const main = join(root, 'apps', 'cli', 'dist', 'main.js');
process.argv = [process.execPath, main, 'demo', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
