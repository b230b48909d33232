import type { Engine } from './engine-api.ts';
import type { SearchPage, SearchQuestion, SearchTerm } from './ports/view-search.ts';

/** Stands before the sort key in a place: whether words were found, or beginnings of words. */
type Mode = '=' | '^';

/** A question in words, page after page: by the words themselves, or where no document has them by their beginnings. */
export type WordSearch = Omit<SearchQuestion, 'terms' | 'before'> & {
  /** `begins`: where nothing has the words, what begins so is looked for. */
  readonly terms: readonly SearchTerm[];
  /** `next` of the page before this one. */
  readonly place: string | undefined;
};

/** Further pages go on as the first one began. */
export const searchWords = async (
  { search }: Pick<Engine, 'search'>,
  view: string,
  { terms, place, ...rest }: WordSearch,
): Promise<SearchPage> => {
  const before = place === undefined ? null : place.slice(1);
  const ask = async (mode: Mode): Promise<SearchPage> => {
    const asked = mode === '^' ? terms : terms.map(({ words }) => ({ words, begins: false }));
    const { next, ...page } = await search(view, { ...rest, terms: asked, before });
    return { ...page, next: next === null ? null : mode + next };
  };
  if (!terms.some(({ begins }) => begins)) return ask('=');
  if (place !== undefined) return ask(place.startsWith('^') ? '^' : '=');
  const found = await ask('=');
  return found.documents.length > 0 ? found : ask('^');
};

/** Hits as callers get them counted. */
export type Facets = {
  /** Hits in all; `null`: too many to be counted. */
  readonly total: number | null;
  /** Kind -> value -> hits. */
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
};

/** What a page says of all hits, where `all` and other kinds of lists were to be counted. */
export const totalsOf = (
  counts: SearchPage['counts'],
  { counted }: Pick<SearchQuestion, 'counted'>,
): Partial<Facets> => {
  if (counted.length === 0) return {};
  if (counts === null) return { total: null, facets: null };
  const facets: Record<string, Record<string, number>> = {};
  for (const [list, hits] of Object.entries(counts)) {
    const colon = list.indexOf(':');
    const kind = list.slice(0, colon);
    if (kind !== 'all') (facets[kind] ??= {})[list.slice(colon + 1)] = hits;
  }
  return { total: counts['all:'] ?? 0, facets };
};
