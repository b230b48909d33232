import { leavingOf, type Leaving } from '@orderloom/domain';
import type { OrderDocument, SealedReceiver } from '../order-document.ts';
import type { Stored } from '../stream-view.ts';
import { presentWork, type WorkItem } from './work-presenting.ts';
import { workQuestion, type WorkQuestion } from './work-question.ts';

/** Orders that are held against each other: those that wait longest of all that are asked for. */
export const MERGED_AT_ONCE = 1_000;

/** An order, and what of it could travel with the others. */
type MergedOrder = WorkItem & Pick<Leaving, 'lines' | 'fulfilmentId'>;

/** Orders whose goods are at one place and go to one person at one address: they may travel in one parcel. */
export type Merge = {
  readonly merchantId: string | null;
  /** `null`: stock is not counted. */
  readonly location: string | null;
  /** Two at least, the one that waits longest first. */
  readonly orders: readonly MergedOrder[];
};

/** Where somebody lives; the same text for the same person at the same address. `null`: nobody can tell. */
type PlaceOf = (receiver: SealedReceiver) => string | null;

/** What is asked of a view store: the queue of what is to be shipped. */
export const toMergeQuestion = (now: number): WorkQuestion =>
  workQuestion({ list: 'to-ship', now, withinMs: 0, claimed: null });

/**
 * Which of these orders may travel together, the first of each where it stands in the queue. Each order and each place of
 * goods is in one of them at most; nothing is said of where that is. O(orders).
 */
export const ordersToMerge = (
  queue: readonly Stored<OrderDocument>[],
  placeOf: PlaceOf,
  now: number,
): readonly Merge[] => {
  const groups = new Map<string, { readonly merge: Omit<Merge, 'orders'>; readonly orders: MergedOrder[] }>();
  for (const stored of queue) {
    const { receiver, state } = stored.document;
    const place = receiver === null ? null : placeOf(receiver);
    if (place === null) continue;
    const { merchantId } = state.placed;
    for (const { location, lines, fulfilmentId } of leavingOf(state, stored.id)) {
      const name = JSON.stringify([merchantId, location, place]);
      const group = groups.get(name) ?? { merge: { merchantId, location }, orders: [] };
      group.orders.push({ ...presentWork(stored, 'to-ship', now), lines, fulfilmentId });
      groups.set(name, group);
    }
  }
  return [...groups.values()]
    .filter(({ orders }) => new Set(orders.map(({ orderId }) => orderId)).size > 1)
    .map(({ merge, orders }) => ({ ...merge, orders }));
};
