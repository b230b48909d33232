/**
 * Names of everything that one generation of views keeps. The braces keep it together on one node of a cluster: a
 * document and its lists change in one step.
 */
export type Keys = {
  /** Which cache it is (`epoch`), and of every part of the log where the cache stands and where it is filled. */
  readonly head: string;
  /** In front of `<part>`: last sequence of every slot. */
  readonly sequences: string;
  readonly parked: string;
  /** In front of `<view>/<id>`. */
  readonly documents: string;
  /** In front of `<view>/<list>`. */
  readonly lists: string;
};

export const keysOf = (generation: string): Keys => {
  const prefix = `orderloom:{${generation}}`;
  return {
    head: `${prefix}:head`,
    sequences: `${prefix}:sequences:`,
    parked: `${prefix}:parked`,
    documents: `${prefix}:d:`,
    lists: `${prefix}:l:`,
  };
};
