import type { DocumentWrite, SearchPage, SearchQuestion, ViewBatch } from '@orderloom/engine';
import type { Skip } from './contract-cases.ts';
import type { ViewStorePlace } from './view-store-place.ts';

/** What the cases of searches are given by the contract that they belong to. */
export type Searching = {
  readonly open: () => Promise<ViewStorePlace>;
  readonly batch: (index: number, more: Partial<ViewBatch>) => ViewBatch;
  readonly skip: readonly Skip[];
};

type Said = {
  readonly version?: number;
  readonly tenant?: string;
  readonly lists?: readonly string[];
  readonly text?: readonly string[];
  readonly instants?: Readonly<Record<string, number>>;
};

/** An order as its projection writes it: in the list of all, found by words, counted by status and in all. */
export const order = (id: string, said: Said): DocumentWrite => {
  const { version = 1, tenant = 'main', lists = [], text = [], instants } = said;
  const names = ['all:', ...lists].map((list) => `${tenant}/${list}`);
  return {
    ...{ view: 'order', id: `${tenant}/${id}`, version, document: { id, version }, sortKey: id, text },
    lists: names,
    counted: names.filter((name) => /\/(all|status):/.test(name)),
    ...(instants && { instants }),
  };
};

export const question = (asked: Partial<SearchQuestion>): SearchQuestion => ({
  ...{ tenant: 'main', lists: [], terms: [], from: null, until: null, before: null, limit: 200, counted: [] },
  ...asked,
});
export const word = (...words: readonly string[]) => ({ words, begins: false });

export const keysOf = ({ documents }: SearchPage): readonly string[] =>
  documents.map(({ id }) => id.replace('main/', ''));

/** A place with documents in it, and the keys that it finds. */
export const filledPlace = async ({ open, batch }: Searching, writes: readonly DocumentWrite[]) => {
  const { store, reader } = await open();
  await store.commit(batch(1, { writes }));
  const found = async (asked: Partial<SearchQuestion>): Promise<readonly string[]> =>
    keysOf(await reader.search('order', question(asked)));
  return { reader, store, found };
};
