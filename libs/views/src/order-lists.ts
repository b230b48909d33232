/** Filters of orders that have one value each; the lists are called so too. */
export type IdFilter = (typeof ID_FILTERS)[number];

export const ID_FILTERS = ['buyer', 'merchant', 'lifecycle'] as const;
/** Kinds of lists by which hits can be counted. */
export const FACETS = ['status', 'lifecycle', 'merchant'] as const;

const ID = /^[\x21-\x7e]{1,160}$/;
const STATUS = /^[A-Za-z]{1,40}\.[A-Za-z-]{1,40}$/;
/** Statuses of one question: an order has one in each region. */
const MOST_STATUSES = 8;

/** The lists of the orders that have all of these statuses; `undefined`: one is none, or there are too many. */
export const statusLists = (statuses: readonly string[]): readonly string[] | undefined =>
  statuses.length <= MOST_STATUSES && statuses.every((status) => STATUS.test(status))
    ? [...new Set(statuses)].sort().map((status) => `status:${status}`)
    : undefined;

/** The lists of the orders that filters name. `refuse` is told what is wrong with one, and throws. */
export const idLists = (
  said: Readonly<Partial<Record<IdFilter, string>>>,
  refuse: (why: string) => never,
): readonly string[] =>
  ID_FILTERS.flatMap((name) => {
    const value = said[name];
    if (value === undefined) return [];
    return ID.test(value) ? [`${name}:${value}`] : refuse(`${name} must look like an id`);
  });

const isFacet = (kind: string): boolean => (FACETS as readonly string[]).includes(kind);

/**
 * What is to be counted for these facets; `undefined`: one is none. `all` is what stands in every order's lists: its count is
 * the number of hits.
 */
export const countedKinds = (facets: readonly string[]): readonly string[] | undefined => {
  if (!facets.every(isFacet)) return undefined;
  return facets.length === 0 ? [] : ['all', ...new Set(facets)];
};
