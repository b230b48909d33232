// Several transactional producers write to one partition, and a process that dies aborts all its transactions at once.
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { withoutAborted } from './aborted-transactions.ts';

const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);

const record = (offset: number, producer: number, inTransaction = true) => ({
  ...{ offset: String(offset), key: Buffer.from('k'), isControlRecord: false },
  batchContext: { producerId: String(producer), inTransaction },
});
const marker = (offset: number, producer: number, key: Buffer) => ({
  ...record(offset, producer),
  ...{ key, isControlRecord: true },
});
const aborted = (producer: number, firstOffset: number) => ({
  ...{ producerId: String(producer), firstOffset: String(firstOffset) },
});

const RECORDS = [
  ...[record(0, 1), record(1, 2), record(2, 3), record(3, 9, false), record(4, 1), record(5, 4)],
  ...[marker(6, 2, ABORT), marker(7, 1, ABORT), marker(8, 3, ABORT), record(9, 1), marker(10, 1, COMMIT)],
];
const shown = (
  messages: readonly { readonly offset: string; readonly isControlRecord: boolean }[],
): number[] => messages.flatMap(({ offset, isControlRecord }) => (isControlRecord ? [] : [Number(offset)]));
/** As a broker lists them: by where they ended. */
const LISTED = [aborted(2, 1), aborted(1, 0), aborted(3, 2)];

describe('records of aborted transactions', () => {
  test('are hidden, in whatever order the transactions are listed', () => {
    expect(shown(withoutAborted(RECORDS, LISTED))).toEqual([3, 5, 9]);
    expect(shown(withoutAborted(RECORDS, LISTED.toReversed()))).toEqual([3, 5, 9]);
  });

  test('are hidden where the fetch begins in the middle of several', () => {
    expect(shown(withoutAborted(RECORDS.slice(2), LISTED))).toEqual([3, 5, 9]);
  });

  test('are none where none is listed', () => {
    expect(withoutAborted(RECORDS, [])).toEqual(RECORDS);
    expect(withoutAborted(RECORDS, null)).toEqual(RECORDS);
  });

  test('are shown by kafkajs itself, which is why this is here', () => {
    const require = createRequire(import.meta.url);
    const filter = require('kafkajs/src/consumer/filterAbortedMessages.js') as (
      fetched: object,
    ) => typeof RECORDS;
    expect(shown(filter({ messages: RECORDS, abortedTransactions: LISTED }))).not.toEqual([3, 5, 9]);
  });
});
