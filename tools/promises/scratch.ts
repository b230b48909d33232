import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WITH_PARENT } from '@orderloom/testing';

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** A folder of its own, until `cleanUp`. */
export const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-promise-'));
  folders.add(folder);
  return folder;
};

/** Our own variables say how the tests run; the programs under test must not see them. */
const surroundings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ORDERLOOM_|PORT$|NODE_OPTIONS$)/.test(name)),
  );

/** How a process ended. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Program = {
  readonly child: ChildProcess;
  /** All that it has written to stdout and stderr. */
  readonly output: () => string;
  readonly ended: Promise<Ending>;
  /** Whether it has ended. */
  readonly over: () => boolean;
};

/** Runs `args` on this Node as a child with an IPC channel. It ends at `cleanUp` at the latest. */
export const startProgram = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program => {
  const child = spawn(process.execPath, ['--import', WITH_PARENT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...surroundings(), ...env },
  });
  children.add(child);
  let output = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      children.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, output: () => output, ended, over: () => over };
};

/** Kills what is still running and removes every folder. */
export const cleanUp = async (): Promise<void> => {
  const gone = [...children].map(
    (child) => new Promise((resolve) => child.once('close', resolve).kill('SIGKILL')),
  );
  await Promise.all(gone);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
};
