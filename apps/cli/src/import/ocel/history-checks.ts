import type { FileProblem } from '../mapping.ts';
import type { OcelRow } from './row.ts';

type Finding = Pick<FileProblem, 'code' | 'reason' | 'remedy'>;
type Check = (row: OcelRow) => Finding | undefined;

/** Finds the second mention of what may be mentioned once. */
const once = (
  idsOf: (row: OcelRow) => readonly string[],
  finding: (id: string, firstLine: number) => Finding,
): Check => {
  const seen = new Map<string, number>();
  return (row) => {
    for (const id of idsOf(row)) {
      const first = seen.get(id);
      if (first !== undefined) return finding(id, first);
      seen.set(id, row.line);
    }
    return undefined;
  };
};

const inOrder = (): Check => {
  let latest = -Infinity;
  return (row) => {
    if (row.at < latest)
      return {
        code: 'out-of-order',
        reason: 'its time lies before the row above it',
        remedy: 'sort the rows by ocel:timestamp',
      };
    latest = row.at;
    return undefined;
  };
};

/** Things that no log of one shop can hold. Each check walks the rows once, top to bottom. */
const checks = (): readonly Check[] => [
  once(
    (row) => [row.id],
    (id, line) => ({
      code: 'duplicate-event-id',
      reason: `event id ${id} is on line ${line} already`,
      remedy: 'give every event an id of its own',
    }),
  ),
  inOrder(),
  once(
    (row) => (row.activity === 'place order' ? row.orders : []),
    (id, line) => ({
      code: 'order-placed-twice',
      reason: `order ${id} was placed on line ${line} already`,
      remedy: 'keep one of the two rows',
    }),
  ),
  once(
    (row) => (row.activity === 'place order' ? row.items : []),
    (id, line) => ({
      code: 'item-in-two-orders',
      reason: `item ${id} belongs to the order on line ${line} already`,
      remedy: 'an item is one piece for one order: give the second piece an id of its own',
    }),
  ),
  once(
    (row) => (row.activity === 'package delivered' ? row.packages : []),
    (id, line) => ({
      code: 'parcel-delivered-twice',
      reason: `package ${id} was delivered on line ${line} already`,
      remedy: 'keep one of the two rows, or give the second package an id of its own',
    }),
  ),
];

/** What is wrong with rows that are each well formed, in the order of the file. O(rows). */
export const historyProblems = (rows: readonly OcelRow[]): readonly FileProblem[] => {
  const all = checks();
  return rows.flatMap((row) =>
    all.flatMap((check) => {
      const finding = check(row);
      return finding ? [{ line: row.line, rowId: row.id, ...finding }] : [];
    }),
  );
};
