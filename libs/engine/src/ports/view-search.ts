import type { StoredDocument } from './stored-document.ts';

/** A hit has one of these words, or with `begins` a word that begins with one of them. */
export type SearchTerm = { readonly words: readonly string[]; readonly begins: boolean };

/** Hits come by one of their instants, the earliest first, and of one instant by sort key. A hit has it. */
export type Queue = {
  readonly instant: string;
  /** None that is later; `null`: whenever it is. */
  readonly until: number | null;
};

/** Whether a hit has an instant that is later than another one. One that it does not have is not. */
export type Later = { readonly instant: string; readonly than: number; readonly isLater: boolean };

/**
 * What is looked for among one tenant's documents of a view. Every document of such a view stands in the list `all:`,
 * and no two of a tenant have the same sort key.
 */
export type SearchQuestion = {
  readonly tenant: string;
  /** A hit stands in all of these lists. */
  readonly lists: readonly string[];
  /** A hit has all of these terms. */
  readonly terms: readonly SearchTerm[];
  /** Hits have this sort key or a later one. */
  readonly from: string | null;
  /** Hits have an earlier sort key than this. */
  readonly until: string | null;
  /** `next` of the page before: the page begins behind it. */
  readonly before: string | null;
  /** 1-200 */
  readonly limit: number;
  /** Kinds of lists, `status` or `all`, by which all hits are counted, those of other pages too. */
  readonly counted: readonly string[];
  /** In place of newest first. */
  readonly queue?: Queue;
  /** All of them are so. */
  readonly later?: readonly Later[];
};

/**
 * Newest first, or in the order of the queue. `next` is the place of the last hit of the page, its sort key or its place in
 * the queue: it is the same on every store, and outlives it.
 */
export type SearchPage = {
  readonly documents: readonly StoredDocument[];
  readonly next: string | null;
  /**
   * List -> hits that stand in it, the most frequent `MOST_VALUES` of each kind; `null` where none were asked for, and
   * where a question has more than `MOST_COUNTED` hits, unless it is for everything.
   */
  readonly counts: Readonly<Record<string, number>> | null;
};

/** The list in which every document of a view stands that can be searched. */
export const ALL = 'all:';
export const MOST_COUNTED = 10_000;
export const MOST_VALUES = 100;

/** A hit by what its place among the others is made of; `instant`: that of the queue. */
export type HitPlace = { readonly sortKey: string; readonly instant?: number };

/** Stands between an instant and a sort key; in no instant. */
const BETWEEN = '|';

const placeOf = ({ instant, sortKey }: HitPlace): string =>
  instant === undefined ? sortKey : `${instant}${BETWEEN}${sortKey}`;

/** Where a page of a queue begins. `undefined`: at the head. Throws `RangeError` where no page has ended there. */
export const placeInQueue = ({ before }: SearchQuestion): Required<HitPlace> | undefined => {
  if (before === null) return undefined;
  const [, instant, sortKey = ''] = /^(\d{1,15})\|(.*)$/s.exec(before) ?? [];
  if (instant === undefined) throw new RangeError('no page of a queue has ended there');
  return { instant: Number(instant), sortKey };
};

/** A page out of the hits from its first one on, in order: those on it and one more tell whether another one follows. */
export const pageOfHits = <T extends HitPlace>(
  hits: readonly T[],
  size: number,
): { readonly page: readonly T[]; readonly next: string | null } => {
  const page = hits.slice(0, size);
  const last = page.at(-1);
  return { page, next: hits.length > size && last !== undefined ? placeOf(last) : null };
};

/** Whether it is for everything that a tenant has. */
export const asksForAll = (question: SearchQuestion): boolean => {
  const { lists, terms, from, until, queue, later = [] } = question;
  const narrowing = [...lists.filter((list) => list !== ALL), ...terms, ...later];
  return narrowing.length === 0 && from === null && until === null && queue === undefined;
};

/** The most frequent of each kind, in one order on every store. `counted`: lists without their tenant. */
export const mostFrequent = (
  counted: Iterable<readonly [list: string, hits: number]>,
  kinds: readonly string[],
): Readonly<Record<string, number>> => {
  const sorted = [...counted]
    .filter(([, hits]) => hits > 0)
    .sort(([a, hitsOfA], [b, hitsOfB]) => hitsOfB - hitsOfA || (a < b ? -1 : 1));
  return Object.fromEntries(
    kinds.flatMap((kind) => sorted.filter(([list]) => list.startsWith(`${kind}:`)).slice(0, MOST_VALUES)),
  );
};
