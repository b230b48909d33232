import type { estypes } from '@elastic/elasticsearch';

/** Makes a signed number of an unsigned one, in the same order. */
const MIDDLE = 2n ** 63n;
const PADDING = '\0'.repeat(8);

/**
 * The first eight bytes of a sort key as a number, in the order of the keys; of an order id, its milliseconds but for
 * two bits. The server finds a place in an index that is kept in the order of a number at once, and of a text it does
 * not. A string: JSON's readers lose the last digits of such numbers.
 */
export const sortHead = (sortKey: string): string =>
  String(Buffer.from(sortKey + PADDING).readBigUInt64BE(0) - MIDDLE);

/** In this order the documents of an index are kept, so that a page is full after so many hits. */
export const KEPT_ORDER: Readonly<Record<string, 'desc'>> = { sortHead: 'desc', sortKey: 'desc', id: 'desc' };

/** Newest first, documents with one sort key in the order of their ids. */
export const NEWEST_FIRST: estypes.SortCombinations[] = Object.entries(KEPT_ORDER).map(([field, order]) => ({
  [field]: order,
}));

/** Where a page goes on behind a document. */
export const placeBehind = (sortKey: string, id: string): estypes.SortResults => [
  sortHead(sortKey),
  sortKey,
  id,
];

/** Only what has this sort key or a later one, or an earlier one than that: told by the heads as far as they go. */
export const keysWithin = (
  from: string | null,
  until: string | null,
): readonly estypes.QueryDslQueryContainer[] => [
  ...(from === null ? [] : [range('sortHead', { gte: sortHead(from) }), range('sortKey', { gte: from })]),
  ...(until === null ? [] : [headsUpTo(until), range('sortKey', { lt: until })]),
];

/** Passes over what stands in front of a page, but for the documents whose keys have the same head. */
export const headsUpTo = (sortKey: string): estypes.QueryDslQueryContainer =>
  range('sortHead', { lte: sortHead(sortKey) });

const range = (field: string, bounds: estypes.QueryDslUntypedRangeQuery): estypes.QueryDslQueryContainer => ({
  range: { [field]: bounds },
});
