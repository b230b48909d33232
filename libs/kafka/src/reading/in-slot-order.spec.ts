// Several logs read as one, each slot in its order, wherever it has been.
import { describe, expect, test } from '@jest/globals';
import type { LogEntry, SlotOpened } from '@orderloom/engine';
import { inSlotOrder } from './in-slot-order.ts';

const frames = new Uint8Array(0);
const group = (first: number): LogEntry => ({ first, count: 1, frames });
const closed = (to: number): LogEntry => ({
  ...{ kind: 'closed', slot: 7, lastSequence: 0, lastIn: 0, lastIndex: 0, to },
});
const opened = (from: number, fromIndex: number): SlotOpened => ({
  ...{ kind: 'opened', slot: 7, afterSequence: 0, from, fromIndex },
});

/** Logs as they are now, with what comes to them at their next reading. */
const logs = (...all: readonly (readonly LogEntry[])[]) =>
  all.map((entries) => ({
    entries: async function* (after: number) {
      for (const entry of entries) if ('kind' in entry || entry.first > after) yield entry;
    },
  }));
const read = async (from: Parameters<typeof inSlotOrder>[0]): Promise<number[]> => {
  const firsts: number[] = [];
  for await (const { first } of inSlotOrder(from)) firsts.push(first);
  return firsts;
};

describe('logs that slots have moved between', () => {
  test('are read one after the other where nothing has moved', async () => {
    expect(await read(logs([group(1), group(2)], [group(1)]))).toEqual([1, 2, 1]);
  });

  test('are read so that a slot that went there and back is in its order', async () => {
    const there = [group(11), closed(1), opened(1, 21), group(12)];
    const back = [opened(0, 11), group(21), closed(0)];
    expect(await read(logs(there, back))).toEqual([11, 21, 12]);
  });

  test('are read again where one shows later what another one follows', async () => {
    const old: LogEntry[] = [group(11)];
    const late = logs(old, [opened(0, 12), group(21)]);
    const reading = read(late);
    old.push(group(12));
    expect(await reading).toEqual([11, 12, 21]);
  });
});
