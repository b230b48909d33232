import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WITH_PARENT } from './with-parent.ts';

/** An engine in a process of its own, over a folder of its own. */
export type EngineProcess = {
  readonly url: string;
  readonly folder: string;
  /** Everything that it has written so far: its banner and its log. */
  readonly said: () => string;
  /** Kills it without notice and starts it again, over the same folder at the same address. */
  readonly killAndStart: () => Promise<void>;
  /** Asks it to stop, waits until it has, and removes the folder. Resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
};

/** Long enough for one that waits for its partitions on a busy machine; whatever hangs is not left behind. */
const SERVES_WITHIN_MS = 300_000;

const SERVES = /^Orderloom serves (http\S+)$/m;

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

type Running = { readonly child: ChildProcess; readonly url: string; readonly ended: Promise<number | null> };

/** Starts the program and waits for its banner. Rejects with what it said where it ends before that. */
const start = async (
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  hear: (text: string) => void,
): Promise<Running> => {
  const child = spawn(process.execPath, ['--import', WITH_PARENT, program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  const ended = endOf(child);
  const tooLate = setTimeout(() => child.kill('SIGKILL'), SERVES_WITHIN_MS);
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        hear(chunk);
        const found = SERVES.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
    void ended.then((code) => {
      reject(new Error(`${program} ended with ${String(code)} before it served:\n${said}`));
    });
  }).finally(() => clearTimeout(tooLate));
  return { child, url, ended };
};

/**
 * Starts a built program that serves an engine, such as `apps/command-service/dist/main.js`, on a free port and a new
 * data folder, and waits for its banner. Rejects with what it said where it ends before that.
 */
export const engineProcess = async (
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<EngineProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-engine-'));
  const data = join(folder, 'data');
  let said = '';
  const startAt = (port: string): Promise<Running> =>
    start([program, '--data', data, '--port', port], env, (text) => (said += text));
  let running = await startAt('0').catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const { url } = running;
  return {
    url,
    folder: data,
    said: () => said,
    killAndStart: async () => {
      running.child.kill('SIGKILL');
      await running.ended;
      running = await startAt(new URL(url).port);
    },
    stop: async () => {
      running.child.kill('SIGTERM');
      const code = await running.ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
};
