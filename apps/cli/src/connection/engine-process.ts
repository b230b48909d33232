import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { engineNodeFlags } from '@orderloom/runtime';
import { readEngineFile } from '@orderloom/sqlite';
import { type CliError, unreachable } from '../cli-error.ts';
import { ENGINE_PROGRAM } from '../engine-program.ts';

/** An engine that this command has started. */
export type EngineProcess = {
  readonly url: string;
  /** Resolves with its exit code when it has ended, however that came. */
  readonly ended: Promise<number>;
  /** Asks it to stop and waits until it has. */
  readonly stop: () => Promise<void>;
  /** Why it has ended by itself, as the end of a command; `undefined` while it runs. */
  readonly failure: () => CliError | undefined;
};

export type EngineStart = {
  readonly folder: string;
  /** 0: any free port. */
  readonly port: number;
  /** Module with lifecycles of one's own, where it was named. */
  readonly config?: string | undefined;
  /** `inherit`: the engine writes to this terminal. `quiet`: only what it says before it fails is shown. */
  readonly output: 'inherit' | 'quiet';
};

/** A log of a few hundred megabytes is read back within this time, ms. */
const START_MS = 120_000;
const LOOK_EVERY_MS = 20;
const KEPT_OUTPUT = 4000;

/** Loaded into the engine: it stops when the command that started it ends, however that came. */
const WITH_PARENT =
  "data:text/javascript,process.once('disconnect',()=>process.kill(process.pid,'SIGTERM'));process.channel.unref()";

/** Starts the engine's program on a folder, without waiting for it. It ends with this process at the latest. */
export const spawnEngine = ({ folder, port, config, output }: EngineStart): ChildProcess => {
  if (!existsSync(ENGINE_PROGRAM))
    throw unreachable('not-built', `there is no ${ENGINE_PROGRAM}`, 'build it: npm run types');
  const said = output === 'inherit' ? 'inherit' : 'pipe';
  const program = [ENGINE_PROGRAM, '--data', folder, '--port', String(port)];
  const args = [...engineNodeFlags(), '--import', WITH_PARENT, ...program];
  if (config !== undefined) args.push('--config', config);
  // A group of its own: Ctrl-C reaches it once, through this command, since a second signal means "at once".
  return spawn(process.execPath, args, { stdio: ['ignore', said, said, 'ipc'], detached: true });
};

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });

const lastOutput = (child: ChildProcess): (() => string) => {
  let kept = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (kept = (kept + chunk).slice(-KEPT_OUTPUT)));
  return () => kept.trim();
};

/** Starts an engine and waits until it answers. Throws `unreachable` where it ends before that. */
export const startEngine = async (start: EngineStart): Promise<EngineProcess> => {
  const child = spawnEngine(start);
  const output = lastOutput(child);
  const ended = endOf(child);
  const life = { over: false };
  void ended.then(() => (life.over = true));
  const stop = async (): Promise<void> => {
    if (!life.over) child.kill('SIGTERM');
    await ended;
  };
  const failure = (): CliError | undefined =>
    life.over
      ? unreachable(
          'engine-ended',
          `the engine on ${start.folder} has ended by itself`,
          output() || 'run the same line again',
        )
      : undefined;
  const until = Date.now() + START_MS;
  while (!life.over && Date.now() < until) {
    const file = readEngineFile(start.folder);
    if (file?.pid === child.pid && file?.url) return { url: file.url, ended, stop, failure };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  await stop();
  throw unreachable(
    'engine-not-started',
    `the engine did not start on ${start.folder}`,
    output() || `see what it says: orderloom serve --data ${start.folder}`,
  );
};
