import { describedItems, type Goods, kindsOf, onlyChoice, skuOf, UNKNOWN_SKU } from './goods.ts';
import type { OcelRow } from './row.ts';

type BillLine = { readonly lineId: string; readonly sku: string; readonly unitPrice: number };

/** What an order costs, so that lines, shipping and discount add up to its price exactly. */
export type Bill = {
  readonly lines: readonly BillLine[];
  readonly shipping: number;
  readonly discount: number;
  readonly total: number;
};

const lineOf = (item: string, goods: Goods): BillLine => ({
  lineId: item,
  sku: skuOf(goods),
  unitPrice: goods.price,
});

/** What is over `sum` is shipping; what is missing to it is a discount. */
const billed = (lines: readonly BillLine[], total: number): Bill => {
  const rest = total - lines.reduce((sum, line) => sum + line.unitPrice, 0);
  return { lines, shipping: Math.max(0, rest), discount: Math.max(0, -rest), total };
};

/** `amount` over the items as evenly as whole units go, the first ones one unit more. */
const unknownLines = (items: readonly string[], amount: number): readonly BillLine[] => {
  const share = Math.floor(amount / items.length);
  const more = amount - share * items.length;
  return items.map((item, index) => ({
    ...{ lineId: item, sku: UNKNOWN_SKU },
    unitPrice: share + (index < more ? 1 : 0),
  }));
};

/** The value that stands most often in the list; the first of equals; 0 for an empty one. */
const commonest = (values: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = 0;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
};

/**
 * Learns from the whole log what each item costs and what shipping usually is, and gives the bill of an order's row.
 * An item that no row describes is found by what its order leaves over in price and weight, where that leaves one choice.
 */
export const billing = (rows: readonly OcelRow[]): ((placed: OcelRow) => Bill) => {
  const goods = describedItems(rows);
  const kinds = kindsOf(goods.values());
  const known = (items: readonly string[]): readonly BillLine[] =>
    items.flatMap((item) => {
      const one = goods.get(item);
      return one ? [lineOf(item, one)] : [];
    });
  const complete = rows.filter(
    ({ activity, items }) => activity === 'place order' && items.every((item) => goods.has(item)),
  );
  const usualShipping = commonest(complete.map((row) => billed(known(row.items), row.price ?? 0).shipping));

  return ({ items, price, weightGrams }) => {
    const total = price ?? 0;
    const lines = known(items);
    const missing = items.filter((item) => !goods.has(item));
    if (missing.length === 0) return billed(lines, total);
    const left = {
      price: total - usualShipping - lines.reduce((sum, line) => sum + line.unitPrice, 0),
      weightGrams:
        (weightGrams ?? 0) - items.reduce((sum, item) => sum + (goods.get(item)?.weightGrams ?? 0), 0),
    };
    const found = onlyChoice(kinds, missing.length, left);
    const rest = found
      ? missing.flatMap((item, index) => (found[index] ? [lineOf(item, found[index])] : []))
      : unknownLines(missing, Math.max(0, left.price));
    const byId = new Map([...lines, ...rest].map((line) => [line.lineId, line]));
    return billed(
      items.flatMap((item) => byId.get(item) ?? []),
      total,
    );
  };
};
