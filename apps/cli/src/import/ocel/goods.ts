import type { OcelRow } from './row.ts';

/** What one item is: items of the same price and weight are one sku. */
export type Goods = { readonly price: number; readonly weightGrams: number };

/** Sku of items that no row describes and no sum gives away. */
export const UNKNOWN_SKU = 'unknown';

/** `p524.96-w3.52`: price in the currency's unit, weight in kilograms. */
export const skuOf = ({ price, weightGrams }: Goods): string =>
  `p${(price / 100).toFixed(2)}-w${weightGrams / 1000}`;

const DESCRIBING: ReadonlySet<string> = new Set(['pick item', 'item out of stock', 'reorder item']);

/** Item -> what it is, by the first row that is about this item alone. O(rows). */
export const describedItems = (rows: readonly OcelRow[]): ReadonlyMap<string, Goods> => {
  const goods = new Map<string, Goods>();
  for (const { activity, items, price, weightGrams } of rows) {
    const [item] = items;
    if (!DESCRIBING.has(activity) || items.length !== 1 || item === undefined) continue;
    if (price !== null && weightGrams !== null && !goods.has(item)) goods.set(item, { price, weightGrams });
  }
  return goods;
};

/** Each kind of goods once, the cheapest first. */
export const kindsOf = (goods: Iterable<Goods>): readonly Goods[] => {
  const kinds = new Map([...goods].map((one) => [skuOf(one), one]));
  return [...kinds.values()].sort((a, b) => a.price - b.price || a.weightGrams - b.weightGrams);
};

/** More missing items than this are not searched for: the combinations grow too fast. */
const MOST_MISSING = 5;
const MOST_KINDS = 40;

/**
 * The one choice of `count` pieces whose prices and weights add up to `sum`; `undefined` where there is none, or more
 * than one. At most a million steps.
 */
export const onlyChoice = (
  kinds: readonly Goods[],
  count: number,
  sum: Goods,
): readonly Goods[] | undefined => {
  if (count > MOST_MISSING || kinds.length > MOST_KINDS) return undefined;
  const found: Goods[][] = [];
  const chosen: Goods[] = [];
  const search = (from: number, left: Goods): void => {
    if (found.length > 1) return;
    if (chosen.length === count) {
      if (left.price === 0 && left.weightGrams === 0) found.push([...chosen]);
      return;
    }
    for (const [offset, kind] of kinds.slice(from).entries()) {
      if (kind.price > left.price) return;
      if (kind.weightGrams > left.weightGrams) continue;
      chosen.push(kind);
      search(from + offset, {
        price: left.price - kind.price,
        weightGrams: left.weightGrams - kind.weightGrams,
      });
      chosen.pop();
    }
  };
  search(0, sum);
  return found.length === 1 ? found[0] : undefined;
};
