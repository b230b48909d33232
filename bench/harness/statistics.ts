/** The values of several runs in one line. */
export type Summary = { readonly min: number; readonly median: number; readonly max: number };

const ascending = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();

/** The middle value; the mean of the two middle ones of an even number. Throws `RangeError` for no values. */
export const median = (values: readonly number[]): number => {
  const sorted = ascending(values);
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined) throw new RangeError('no values, no median');
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2;
};

/** The smallest value that at least `share` (0-1) of the values do not exceed (nearest rank). Throws for no values. */
export const quantile = (values: Iterable<number>, share: number): number => {
  const sorted = ascending(values);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no values, no quantile');
  return value;
};

/** Throws `RangeError` for no values. */
export const summary = (values: readonly number[]): Summary => ({
  min: Math.min(...values),
  median: median(values),
  max: Math.max(...values),
});
