/** Types of streams that are about one order, or a few of them, from the first event to the last. */
export const wholeInTrace: ReadonlySet<string> = new Set([
  'effect',
  'chain',
  'alias',
  'parcel',
  'fulfilment',
  'journal',
]);

/** Those that have the name of their order. */
export const namedAsOrder: readonly string[] = ['journal'];

/** Those of which the documents stand in a list of each of their orders, `order:<id>`. */
export const listedByOrder: readonly string[] = ['effect', 'parcel'];
