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

/** Fields of orders' own, in a question: name -> the whole text that it has. */
export type FieldFilter = Readonly<Record<string, string>>;

const FIELD = /^[a-z][A-Za-z0-9]{0,39}$/;
const LONGEST = 256;
/** Fields of one question: as many as an order can have. */
const MOST_FIELDS = 20;

/** The list of the orders whose field has this text. */
export const fieldList = (name: string, value: string): string => `field:${name}=${value}`;

/** The lists of the orders whose fields are so. `refuse` is told what is wrong, and throws. */
export const fieldLists = (said: FieldFilter, refuse: (why: string) => never): readonly string[] => {
  const names = Object.keys(said).sort();
  if (names.length > MOST_FIELDS) return refuse(`at most ${MOST_FIELDS} fields can be asked for`);
  return names.map((name) => {
    const value = said[name] ?? '';
    if (!FIELD.test(name)) return refuse('a field is called by a small letter, then letters and digits');
    if (value.length === 0 || value.length > LONGEST)
      return refuse(`field.${name} must have 1 to ${LONGEST} characters`);
    return fieldList(name, value);
  });
};
