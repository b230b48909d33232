// Runs the built command line as a user does; for the specs that end in .e2e.spec.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@orderloom/decider';
import { framesIn } from '@orderloom/engine';
import { readEngineFile, readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

const PROGRAM = join(import.meta.dirname, '../dist/main.js');

/** The environment without what is meant for the test run itself. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('ORDERLOOM_') && name !== 'PORT'),
  );

/** Starts `orderloom` with these arguments. */
export const started = (
  ...args: readonly string[]
): { readonly child: ChildProcess; readonly ran: Promise<Ran>; readonly said: () => string } => {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const ran = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, ran, said: () => out + err };
};

/** Runs `orderloom` with these arguments to its end. */
export const orderloom = (...args: readonly string[]): Promise<Ran> => started(...args).ran;

/** Runs it with `--json` and gives what it printed; throws where that is no JSON. */
export const orderloomJson = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { out, err } = await orderloom(...args, '--json');
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
};

/** A new folder, and how to remove it. */
export const scratchFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'orderloom-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** Deletes everything in a data folder that can be built again. */
export const keepTruthOnly = (folder: string): void => {
  for (const name of readdirSync(folder))
    if (!['log.db', 'keys.db'].includes(name)) rmSync(join(folder, name), { recursive: true });
};

/** Kills the engine of a folder, and the command that started it, as a power button would. */
export const killAll = (folder: string, child: ChildProcess): void => {
  const engine = readEngineFile(folder);
  if (engine) process.kill(engine.pid, 'SIGKILL');
  child.kill('SIGKILL');
};

/** Every event of a folder's log. */
export const eventsIn = (folder: string): readonly RecordedEvent[] => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const groups = Array.from(log.read(0), ({ frames }) => frames);
  const events = Array.from(framesIn(codec, groups), ({ event }) => event);
  log.close();
  return events;
};
