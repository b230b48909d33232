import { distinct, wordsOf } from './text/words.ts';
import type { OrderDocument } from './order-document.ts';

/**
 * What an order is found by: its id, the one that another system has given it, buyer, merchant, skus and names of its
 * articles, its own fields, the keyed tokens of its receiver, payments, parcels, and what was noted. What comes later stands behind what was there.
 */
export const orderWords = ({ key, state, tokens, payments, notes }: OrderDocument): readonly string[] => {
  const { externalId, buyerId, merchantId, lines, fields = {} } = state.placed;
  const agreed = [
    key,
    externalId ?? '',
    buyerId ?? '',
    merchantId ?? '',
    ...lines.flatMap(({ sku, name }) => [sku, name ?? '']),
    ...Object.values(fields),
  ];
  const later = [
    ...payments.map(({ paymentId }) => paymentId),
    ...state.parcels.map(({ parcelId }) => parcelId),
    ...notes.map(({ text }) => text),
  ];
  return distinct([...agreed.flatMap(wordsOf), ...tokens, ...later.flatMap(wordsOf)]);
};
