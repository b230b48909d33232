import { closeSync, openSync, writeSync } from 'node:fs';
import type { StreamRef } from '@orderloom/decider';
import type { CommandRequest, CommandResult } from '@orderloom/engine';
import type { HistoryEntry, Operation } from './entries.ts';

/** What a load driver tells about its own calls: `invoke` before it sends, one of the others when it knows. */
export type HistoryRecorder = {
  /** Gives the number of the operation. */
  readonly invoke: (
    command: Pick<CommandRequest, 'stream' | 'type' | 'commandId'> &
      Partial<Pick<CommandRequest, 'expectedVersion'>>,
    options?: { readonly mayBeRefused?: boolean },
  ) => number;
  readonly invokeRead: (stream: StreamRef) => number;
  readonly answered: (op: number, result: CommandResult) => void;
  readonly read: (op: number, version: number) => void;
  /** Timeout, lost connection, crash: whether it took effect is not known. An operation without an end is the same. */
  readonly unknown: (op: number, reason: string) => void;
  /** A fault is being injected until the returned function is called. */
  readonly fault: (name: string) => () => void;
  /** What was recorded; empty where it went to a file (`readHistory`). */
  readonly entries: () => readonly HistoryEntry[];
  readonly close: () => void;
};

/** Microseconds of the machine's monotonic clock: the same for all its processes, untouched by clock changes. */
const monotonic = (): number => Number(process.hrtime.bigint() / 1_000n);

let recorders = 0;

/**
 * Records into memory, or into a file to which every entry is written as a line at once, so that what a killed client
 * had recorded stays. One recorder writes one file.
 */
export const recordHistory = (
  options: { readonly file?: string; readonly client?: string } = {},
): HistoryRecorder => {
  recorders += 1;
  const client = options.client ?? `${String(process.pid)}.${String(recorders)}`;
  const fd = options.file === undefined ? undefined : openSync(options.file, 'a', 0o600);
  const kept: HistoryEntry[] = [];
  let ops = 0;
  const put = (entry: HistoryEntry): void => {
    if (fd === undefined) kept.push(entry);
    else writeSync(fd, `${JSON.stringify(entry)}\n`);
  };
  const now = () => ({ at: monotonic(), client });
  const invoke = (operation: Operation): number => {
    ops += 1;
    put({ ...now(), kind: 'invoke', op: ops, operation });
    return ops;
  };
  return {
    invoke: ({ commandId, stream, type, expectedVersion = null }, { mayBeRefused = false } = {}) =>
      invoke({ kind: 'command', commandId, stream, type, expectedVersion, mayBeRefused }),
    invokeRead: (stream) => invoke({ kind: 'read', stream }),
    answered: (op, { outcome, stream, version, position, rejection }) => {
      // Nobody knows yet what became of it.
      if (outcome === 'pending') {
        put({ ...now(), kind: 'unknown', op, reason: 'pending' });
        return;
      }
      const answer = { outcome, stream, version, position, code: rejection?.code ?? null };
      put({ ...now(), kind: 'answer', op, answer });
    },
    read: (op, version) => put({ ...now(), kind: 'read', op, version }),
    unknown: (op, reason) => put({ ...now(), kind: 'unknown', op, reason }),
    fault: (name) => {
      put({ ...now(), kind: 'fault', name, state: 'begin' });
      return () => put({ ...now(), kind: 'fault', name, state: 'end' });
    },
    entries: () => kept,
    close: () => {
      if (fd !== undefined) closeSync(fd);
    },
  };
};
