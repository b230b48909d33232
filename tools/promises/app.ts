import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readEngineFile } from '@orderloom/sqlite';
import { startProgram, type Ending, type Program } from './scratch.ts';
import { until } from './until.ts';

/** A machine that is busy with other suites takes a while to begin a program. */
const SERVES_WITHIN_MS = 300_000;

const ROOT = dirname(dirname(import.meta.dirname));

/** A built program of this workspace. */
export const builtProgram = (app: string): string => {
  const file = join(ROOT, 'apps', app, 'dist/main.js');
  if (!existsSync(file)) throw new Error(`${file} is not there; build it: npm run types`);
  return file;
};

/** The product itself, as `node apps/command-service/dist/main.js` runs it. */
export type App = {
  readonly pid: number;
  readonly url: string;
  readonly output: () => string;
  readonly ended: Promise<Ending>;
  /** kill -9; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Asks it to stop; gives its exit code. */
  readonly stop: () => Promise<number | null>;
};

/** Runs the app without waiting for anything. */
export const runApp = (folder: string, env: Readonly<Record<string, string>> = {}): Program =>
  startProgram([builtProgram('command-service'), '--data', folder, '--port', '0'], env);

/** Starts the app and waits until it serves. Throws with its output where it ends before that. */
export const startApp = async (folder: string, env: Readonly<Record<string, string>> = {}): Promise<App> => {
  const { child, output, ended, over } = runApp(folder, env);
  const url = await until(
    'the app to serve',
    () => {
      if (over()) throw new Error(`the app has ended:\n${output()}`);
      const file = readEngineFile(folder);
      return file?.pid === child.pid && file?.url ? file.url : undefined;
    },
    SERVES_WITHIN_MS,
  );
  return {
    pid: child.pid ?? 0,
    url,
    output,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
};
