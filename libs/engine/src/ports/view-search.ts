import type { StoredDocument } from './stored-document.ts';

/** A hit has one of these words, or with `begins` a word that begins with one of them. */
export type SearchTerm = { readonly words: readonly string[]; readonly begins: boolean };

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
  /** Sort key of the last hit seen: the page begins behind it. */
  readonly before: string | null;
  /** 1-200 */
  readonly limit: number;
  /** Kinds of lists, `status` or `all`, by which all hits are counted, those of other pages too. */
  readonly counted: readonly string[];
};

/** Newest first. `next` is the sort key of the last hit of the page: it is the same on every store, and outlives it. */
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

/** A page holds at most this many documents, whatever is asked for. */
const LONGEST_PAGE = 200;

/** How many hits are on a page. */
export const searchPageSize = ({ limit }: Pick<SearchQuestion, 'limit'>): number =>
  Math.max(1, Math.min(limit, LONGEST_PAGE));

/** A page out of the hits from its first one on, in order: those on it and one more tell whether another one follows. */
export const pageOfHits = <T extends { readonly sortKey: string }>(
  hits: readonly T[],
  size: number,
): { readonly page: readonly T[]; readonly next: string | null } => {
  const page = hits.slice(0, size);
  return { page, next: hits.length > size ? (page.at(-1)?.sortKey ?? null) : null };
};

/** Whether it is for everything that a tenant has. */
export const asksForAll = ({ lists, terms, from, until }: SearchQuestion): boolean =>
  lists.every((list) => list === ALL) && terms.length === 0 && from === null && until === null;

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
