import type { OrderState } from '@orderloom/domain';
import { distinct, wordsOf } from './text/words.ts';
import type { OrderDocument } from './order-document.ts';

type Cut = {
  /** Words of what was agreed when the order was placed, and the tokens of its receiver. */
  readonly first: readonly string[];
  readonly tokens: OrderDocument['tokens'];
  readonly payments: OrderDocument['payments'];
  readonly parcels: OrderState['parcels'];
  readonly notes: OrderDocument['notes'];
  readonly words: readonly string[];
};

/**
 * What was cut of orders that are in memory: what was agreed is the same object for as long as one is, and what an event
 * leaves as it was is the same object too.
 */
const known = new WeakMap<OrderState['placed'], Cut>();

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
  const { payments, tokens, notes } = order;
  const { placed, parcels } = order.state;
  const cut = known.get(placed);
  if (cut?.tokens === tokens && cut.parcels === parcels && cut.payments === payments && cut.notes === notes)
    return cut.words;
  const first = cut?.tokens === tokens ? cut.first : firstWords(order);
  const words = [...first];
  const add = (id: string): void => {
    for (const word of wordsOf(id)) if (!words.includes(word)) words.push(word);
  };
  for (const { paymentId } of payments) add(paymentId);
  for (const { parcelId } of parcels) add(parcelId);
  const all =
    notes.length === 0 ? words : distinct([...words, ...notes.flatMap(({ text }) => wordsOf(text))]);
  known.set(placed, { first, tokens, payments, parcels, notes, words: all });
  return all;
};
