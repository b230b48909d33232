import { readFileSync } from 'node:fs';
import type { Position, StreamRef } from '@orderloom/decider';

/** What a client asked for. A read is one that promises the newest state; reads of views do not belong here. */
export type Operation =
  | {
      readonly kind: 'command';
      readonly commandId: string;
      /** `key` is '' for a command that makes its stream. */
      readonly stream: StreamRef;
      readonly type: string;
      readonly expectedVersion: number | null;
      /** The load means some of these to be refused: a refusal is then no lack of success. */
      readonly mayBeRefused: boolean;
    }
  | { readonly kind: 'read'; readonly stream: StreamRef };

/** The part of a command's result that a checker needs. */
export type Answer = {
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'conflict' | 'unavailable';
  readonly stream: StreamRef;
  readonly version: number;
  readonly position: Position | null;
  readonly code: string | null;
};

/**
 * One line of a history file. `at` is in microseconds of the machine's monotonic clock, comparable between the
 * processes of one machine until it restarts; `op` is a number of its client.
 */
export type HistoryEntry = { readonly at: number; readonly client: string } & (
  | { readonly kind: 'invoke'; readonly op: number; readonly operation: Operation }
  | { readonly kind: 'answer'; readonly op: number; readonly answer: Answer }
  /** `version` 0: no such stream. */
  | { readonly kind: 'read'; readonly op: number; readonly version: number }
  /** Timeout, lost connection, crash: it took effect or it did not. */
  | { readonly kind: 'unknown'; readonly op: number; readonly reason: string }
  | { readonly kind: 'fault'; readonly name: string; readonly state: 'begin' | 'end' }
);

/**
 * Reads what any number of recorders have written, in the order of time. The last line of a file may be cut off:
 * its client was killed while it wrote. Throws where any other line is not an entry.
 */
export const readHistory = (files: readonly string[]): readonly HistoryEntry[] => {
  const entries = files.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.slice(0, -1).map((line, index) => parsed(line, `${file}:${String(index + 1)}`));
  });
  return entries.sort((a, b) => a.at - b.at);
};

const parsed = (line: string, where: string): HistoryEntry => {
  try {
    return JSON.parse(line) as HistoryEntry;
  } catch (cause) {
    throw new Error(`${where} is not an entry of a history`, { cause });
  }
};
