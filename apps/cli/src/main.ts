#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Major version from which on `node:sqlite` is there without a flag. */
const OLDEST_NODE = 24;

/** In a clone the launcher of the npm scripts finds a Node that is new enough, whatever the system has. */
const LAUNCHER = fileURLToPath(new URL('../../../tools/run.mjs', import.meta.url));

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE && existsSync(LAUNCHER)) {
  const args = [LAUNCHER, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} else {
  const { runProgram } = await import('./run-program.ts');
  await runProgram(process.argv);
}
