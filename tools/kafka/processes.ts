import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../promises/until.ts';
import type { ProgramOptions } from './options.ts';

/** Partition processors in a process of their own. */
export type ProcessorsProcess = {
  /** Partitions that are open there, as it said last. */
  readonly open: () => readonly number[];
  /** Partitions of others that it has followed to their end. */
  readonly standsBy: () => readonly number[];
  readonly problems: () => readonly string[];
  readonly signal: (signal: NodeJS.Signals) => void;
  /** kill -9, or an orderly stop; resolves when it is gone. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
};

/** A newcomer reads the whole log. */
const STANDING_BY_WITHIN_MS = 900_000;

const running = new Set<ChildProcess>();

/** Ends whatever a failed test has left behind. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

type Said = {
  readonly open?: readonly number[];
  readonly standsBy?: readonly number[];
  readonly problem?: string;
};

export const startProcessors = (options: ProgramOptions): ProcessorsProcess => {
  const program = join(import.meta.dirname, 'program.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@orderloom/source', program, JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  running.add(child);
  const ended = once(child, 'exit').then(() => running.delete(child));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const said = (): Said[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Said);
  return {
    open: () => said().findLast(({ open }) => open !== undefined)?.open ?? [],
    standsBy: () => said().findLast(({ standsBy }) => standsBy !== undefined)?.standsBy ?? [],
    problems: () => said().flatMap(({ problem }) => problem ?? []),
    signal: (signal) => void child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
};

/** Waits until each of these processes has all partitions, open or followed. */
export const untilStandingBy = (
  processes: readonly ProcessorsProcess[],
  partitions: number,
): Promise<unknown> =>
  until(
    'the partitions to be followed',
    () => processes.every((one) => one.open().length + one.standsBy().length === partitions),
    STANDING_BY_WITHIN_MS,
  );

/** Waits until these processes have all partitions open between them, each its own. */
export const untilShared = (
  processes: readonly ProcessorsProcess[],
  partitions: number,
  ms?: number,
): Promise<unknown> =>
  until(
    'the partitions to be shared',
    () => {
      const open = processes.map((one) => one.open());
      return open.every((own) => own.length > 0) && open.flat().length === partitions;
    },
    ms,
  );
