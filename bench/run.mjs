// npm run bench -- NAME [OPTIONS]     (npm run bench -- --help says more)
//
// Builds what the benches measure, then hands this very process to bench/main.ts, compiled.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

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

process.argv = [
  process.execPath,
  fileURLToPath(new URL('dist/main.js', import.meta.url)),
  ...process.argv.slice(2),
];
await import('./dist/main.js');
