/** Where the caches of one engine and one set of folds are: other folds never read them. */
export type CachePlace = {
  /** Separates engines that share a Redis. */
  readonly prefix: string;
  /** Which folds made the documents. It is also the name of the first generation. */
  readonly folds: string;
};

/** Names of what the generations of a place have together. */
export type PlaceKeys = {
  /** Which generations there are, and which one is read. */
  readonly placement: string;
  /** Names of all that were ever begun and not deleted since. */
  readonly generations: string;
  /** In front of a generation's name. */
  readonly prefix: string;
};

/**
 * Names of everything that one generation of views keeps. The braces keep it together on one node of a cluster, with the
 * placement: a document and its lists change in one step, and a reader sees one generation.
 */
export type Keys = PlaceKeys & {
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

/** Behind a generation's name. */
export const HEAD = ':head';

export const placeKeys = ({ prefix, folds }: CachePlace): PlaceKeys => {
  const place = `orderloom:{${prefix}/${folds}}`;
  return { placement: `${place}:placement`, generations: `${place}:generations`, prefix: `${place}:of:` };
};

export const keysOf = (place: CachePlace, generation: string): Keys => {
  const keys = placeKeys(place);
  const prefix = keys.prefix + generation;
  return {
    ...keys,
    head: prefix + HEAD,
    sequences: `${prefix}:sequences:`,
    parked: `${prefix}:parked`,
    documents: `${prefix}:d:`,
    lists: `${prefix}:l:`,
  };
};

/** Stands between a sort key and its document's id in an entry of a list; in no sort key. */
const MARK = '\u0001';

/** The id of the document that an entry of a list is for. */
export const idIn = (entry: string): string => entry.slice(entry.indexOf(MARK) + 1);
