import { distinct, wordsOf } from './text/words.ts';
import type { OrderDocument } from './order-document.ts';

/** Words of what was agreed when the order was placed, and the tokens of its receiver. */
const firstWords = ({ key, state, tokens }: OrderDocument): readonly string[] => {
  const { externalId, buyerId, merchantId, lines, fields = {} } = state.placed;
  const own = Object.values(fields);
  const said = [
    key,
    externalId ?? '',
    buyerId ?? '',
    merchantId ?? '',
    ...lines.flatMap(({ sku, name }) => [sku, name ?? '']),
    ...own,
  ];
  return distinct([...said.flatMap(wordsOf), ...tokens]);
};

/**
 * What an order is found by: its id, the one that another system has given it, buyer, merchant, skus and names of its
 * articles, its own fields, the keyed tokens of its receiver, payments, parcels, and what was noted. What comes later stands behind what was there.
 */
export const orderWords = (order: OrderDocument): readonly string[] => {
  const { payments, notes, state } = order;
  const words = [...firstWords(order)];
  const add = (id: string): void => {
    for (const word of wordsOf(id)) if (!words.includes(word)) words.push(word);
  };
  for (const { paymentId } of payments) add(paymentId);
  for (const { parcelId } of state.parcels) add(parcelId);
  return notes.length === 0 ? words : distinct([...words, ...notes.flatMap(({ text }) => wordsOf(text))]);
};
