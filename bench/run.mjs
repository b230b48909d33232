// npm run bench -- NAME [OPTIONS]     (npm run bench -- --help says more)
//
// Builds what the benches measure, then hands this very process to bench/main.ts, compiled.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const build = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-b', 'bench', 'apps/command-service'],
  { cwd: root, encoding: 'utf8' },
);
if (build.status !== 0) {
  process.stderr.write(`The build failed.\n${build.stdout}${build.stderr}`);
  process.exit(1);
}

const main = join(root, 'bench', 'dist', 'main.js');
process.argv = [process.execPath, main, ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
