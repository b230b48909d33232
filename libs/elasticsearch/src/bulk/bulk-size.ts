import type { Operation } from '../operations.ts';

const FIRST_BYTES = 4 * 1024 * 1024;
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
const STEP_BYTES = 512 * 1024;
/** An action line, roughly. */
const ACTION_BYTES = 150;

/** How much goes into one request: a little more after each that went through, half after one that was too much. */
export type BulkSize = {
  readonly bytes: () => number;
  readonly grow: () => void;
  readonly shrink: () => void;
  /** How many of the operations, from the first one on, fit; at least one. */
  readonly fits: (operations: readonly Operation[]) => number;
};

export const bulkSize = (): BulkSize => {
  let bytes = FIRST_BYTES;
  return {
    bytes: () => bytes,
    grow: () => void (bytes = Math.min(MOST_BYTES, bytes + STEP_BYTES)),
    shrink: () => void (bytes = Math.max(LEAST_BYTES, bytes / 2)),
    fits: (operations) => {
      let room = bytes;
      const end = operations.findIndex(({ source }) => (room -= source.length + ACTION_BYTES) < 0);
      return end === -1 ? operations.length : Math.max(1, end);
    },
  };
};
