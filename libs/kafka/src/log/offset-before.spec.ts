import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { offsetBefore, type Found } from './offset-before.ts';

/** A partition of groups with holes behind them, as a look sees it: `most` records at a time. */
const aLog = (groups: readonly (readonly [count: number, hole: number])[], most: number) => {
  const records: Found[] = [];
  let [offset, index] = [0, 0];
  for (const [count, hole] of groups) {
    const first = index + 1;
    for (let at = 0; at < count; at++) records.push({ offset: offset++, index: ++index, first });
    offset += hole;
  }
  const looks = { count: 0 };
  const look = async (from: number): Promise<readonly Found[]> => {
    looks.count++;
    const at = records.findIndex((record) => record.offset >= from);
    return at < 0 ? [] : records.slice(at, at + most);
  };
  return { records, end: offset, look, looks };
};

const groups = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 3000 })), {
  maxLength: 200,
});

test('an offset is where a group begins, never behind the event that is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(groups, fc.nat(), fc.integer({ min: 1, max: 500 }), async (shape, wanted, most) => {
      const { records, end, look } = aLog(shape, most);
      const index = records.length === 0 ? 1 : 1 + (wanted % records.length);
      const offset = await offsetBefore(index, { begin: 0, end }, look);
      const found = records.find((record) => record.offset >= offset);
      expect(found === undefined || (found.first === found.index && found.index <= index)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a long log is not read through', async () => {
  const { end, look, looks, records } = aLog(
    Array.from({ length: 20_000 }, () => [10, 1] as const),
    100,
  );
  const offset = await offsetBefore(150_000, { begin: 0, end }, look);
  expect(looks.count).toBeLessThan(40);
  expect(150_000 - records.find((record) => record.offset >= offset)!.index).toBeLessThan(4_000);
});
