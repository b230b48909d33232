import type { estypes } from '@elastic/elasticsearch';
import type { DocumentWrite, Sum } from '@orderloom/engine';

// Elasticsearch adds up in doubles, which are exact up to 2^53. So an amount is kept as two numbers, what it has above its
// lowest 24 bits and those: of each the sum is exact over half a billion documents, and together they are beyond 64 bits.

const LOW_BITS = 24n;
const LOW = (1n << LOW_BITS) - 1n;

/** Units of a tenant at most. */
const UNITS = 1000;

type Halves = Readonly<Record<string, number>>;

/** What a document adds up to, as its index keeps it. */
export type KeptSums = {
  readonly sumLists: readonly string[];
  readonly unit: string;
  readonly high: Halves;
  readonly low: Halves;
};

const each = (amounts: Halves, of: (amount: bigint) => bigint): Halves =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, Number(of(BigInt(amount)))]));

/** Nothing is kept of a document that adds nothing. */
export const keptSums = (summed: DocumentWrite['summed']): Partial<KeptSums> => {
  if (summed === undefined || Object.keys(summed.amounts).length === 0) return {};
  const { lists, unit, amounts } = summed;
  return {
    ...{ sumLists: lists, unit },
    high: each(amounts, (amount) => amount >> LOW_BITS),
    low: each(amounts, (amount) => amount & LOW),
  };
};

/** What documents add up to by name: each name is a field, and whoever asks finds out which there are. */
export const namesRequest = (index: string): estypes.FieldCapsRequest => ({ index, fields: 'high.*' });

export const namesIn = ({ fields }: Pick<estypes.FieldCapsResponse, 'fields'>): readonly string[] =>
  Object.keys(fields).map((field) => field.slice('high.'.length));

export const sumsRequest = (
  index: string,
  { view, list, names }: { readonly view: string; readonly list: string; readonly names: readonly string[] },
): estypes.SearchRequest => ({
  ...{ index, size: 0 },
  query: { bool: { filter: [{ term: { view } }, { term: { sumLists: list } }] } },
  aggs: {
    units: {
      terms: { field: 'unit', size: UNITS },
      aggs: Object.fromEntries(
        names.flatMap((name) => [
          [`high.${name}`, { sum: { field: `high.${name}` } }],
          [`low.${name}`, { sum: { field: `low.${name}` } }],
        ]),
      ),
    },
  },
});

type Bucket = { readonly key: string } & Readonly<Record<string, { readonly value: number } | undefined>>;

/** The sums that an answer holds. Throws `RangeError` where one is beyond what has been added exactly. */
export const sumsIn = (
  { aggregations }: Pick<estypes.SearchResponse, 'aggregations'>,
  names: readonly string[],
): readonly Sum[] => {
  const { buckets } = aggregations?.['units'] as unknown as { readonly buckets: readonly Bucket[] };
  const exact = (value = 0): bigint => {
    if (!Number.isSafeInteger(value)) throw new RangeError('a sum is larger than can be added exactly');
    return BigInt(value);
  };
  return buckets.flatMap((bucket) =>
    names
      .map((name) => {
        const high = exact(bucket[`high.${name}`]?.value);
        const low = exact(bucket[`low.${name}`]?.value);
        return { unit: bucket.key, name, amount: (high << LOW_BITS) + low };
      })
      .filter(({ amount }) => amount !== 0n),
  );
};
