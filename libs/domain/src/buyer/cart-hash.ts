import { murmur2, utf8 } from '@orderloom/decider';

type CartLine = { readonly sku: string; readonly quantity: number };

const FIRST = 1;
const SECOND = 2;

const hex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');

/** By code units: the same order on every machine, in every locale. */
const bySku = (a: CartLine, b: CartLine): number => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0);

/** The cart as one text: skus in order, each once, with its quantity. */
const textOf = (lines: readonly CartLine[]): string => {
  let text = '\0';
  let sku = '';
  let quantity = 0;
  for (const line of lines.length === 1 ? lines : lines.toSorted(bySku)) {
    if (line.sku !== sku && quantity > 0) {
      text += `${sku}\0${quantity}\0`;
      quantity = 0;
    }
    sku = line.sku;
    quantity += line.quantity;
  }
  return `${text}${sku}\0${quantity}`;
};

/**
 * What was ordered, as 16 hexadecimal digits: the same for the same quantities of the same skus, in whatever order
 * and cut into whatever lines. Two hashes of 32 bits behind different first bytes; it guards against a second click,
 * not against an adversary.
 */
export const cartHashOf = (lines: readonly CartLine[]): string => {
  const bytes = utf8(textOf(lines));
  bytes[0] = FIRST;
  const high = murmur2(bytes);
  bytes[0] = SECOND;
  return hex(high) + hex(murmur2(bytes));
};
