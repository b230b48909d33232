import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import type { OrderPlacedData } from '@orderloom/domain';

/** Types of streams that are about one order, or a few of them, from the first event to the last. */
export const wholeInTrace: ReadonlySet<string> = new Set([
  'effect',
  'chain',
  'alias',
  'parcel',
  'fulfilment',
  'itinerary',
  'edit',
  'journal',
]);

/** Those that have the name of their order. */
export const namedAsOrder: readonly string[] = ['journal'];

/** Those of which the documents stand in a list of each of their orders, `order:<id>`. */
export const listedByOrder: readonly string[] = ['effect', 'parcel', 'itinerary', 'edit'];

/** Those that have decided on its placement: what a shop has said of its buyer. */
export const besideOrder = ({ stream: { tenant }, data }: RecordedEvent): readonly StreamRef[] => {
  const { buyerId } = data as OrderPlacedData;
  return buyerId === null ? [] : [{ tenant, type: 'buyer', key: buyerId }];
};
