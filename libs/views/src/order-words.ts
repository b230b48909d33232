import type { OrderState } from '@orderloom/domain';
import { wordsOf } from './text/words.ts';
import type { OrderDocument } from './order-view.ts';

/** What was agreed is the same object for as long as an order is in memory: its words are made once. */
const agreed = new WeakMap<OrderState['placed'], readonly string[]>();

const agreedWords = (key: string, placed: OrderState['placed']): readonly string[] => {
  const known = agreed.get(placed);
  if (known !== undefined) return known;
  const { externalId, buyerId, merchantId, lines } = placed;
  const said = [key, externalId ?? '', buyerId ?? '', merchantId ?? '', ...lines.map(({ sku }) => sku)];
  const words = said.flatMap(wordsOf);
  agreed.set(placed, words);
  return words;
};

/**
 * What an order is found by: its id, the one that another system has given it, buyer, merchant, skus, parcels, payments,
 * the keyed tokens of its receiver, and what was noted.
 */
export const orderWords = ({ key, state, payments, tokens, notes }: OrderDocument): readonly string[] => {
  const words = new Set(agreedWords(key, state.placed));
  for (const { parcelId } of state.parcels) for (const word of wordsOf(parcelId)) words.add(word);
  for (const { paymentId } of payments) for (const word of wordsOf(paymentId)) words.add(word);
  for (const { text } of notes) for (const word of wordsOf(text)) words.add(word);
  for (const token of tokens) words.add(token);
  return [...words];
};
