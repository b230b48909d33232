import { describe, expect, test } from '@jest/globals';
import type { SearchPage, SearchQuestion } from './ports/view-search.ts';
import { searchWords, totalsOf, type WordSearch } from './word-search.ts';

/** A view of words, one document each, the last one first. */
const viewOf = (...words: readonly string[]) => {
  const documents = words.map((word, at) => ({ id: `main/${word}`, version: 1, document: word, key: at }));
  const search = async (_: string, { terms, before, limit }: SearchQuestion): Promise<SearchPage> => {
    const hits = documents
      .filter(({ key }) => before === null || key < Number(before))
      .filter(({ document }) =>
        terms.every(({ words: [wanted = ''], begins }) =>
          begins ? document.startsWith(wanted) : document === wanted,
        ),
      )
      .reverse();
    const page = hits.slice(0, limit);
    return { documents: page, next: hits.length > limit ? String(page.at(-1)?.key) : null, counts: null };
  };
  return { search };
};

const asked = (word: string, begins: boolean, place?: string): WordSearch => ({
  ...{ tenant: 'main', lists: [], terms: [{ words: [word], begins }], from: null, until: null },
  ...{ limit: 1, counted: [], place },
});

const found = async (view: ReturnType<typeof viewOf>, search: WordSearch) => {
  const { documents, next } = await searchWords(view, 'words', search);
  return [documents.map(({ document }) => document), next];
};

describe('a search by words', () => {
  test('finds the words, and no beginnings beside them', async () => {
    const view = viewOf('mug', 'mugs');
    expect(await found(view, asked('mug', true))).toEqual([['mug'], null]);
  });
  test('finds beginnings where nothing has the word, on every page', async () => {
    const view = viewOf('mugs', 'mugged');
    const [first, place] = await found(view, asked('mug', true));
    expect([first, place]).toEqual([['mugged'], '^1']);
    expect(await found(view, asked('mug', true, '^1'))).toEqual([['mugs'], null]);
  });
  test('that began with the words goes on so, also behind the last of them', async () => {
    const view = viewOf('mug', 'mugs');
    expect(await found(view, asked('mug', true, '=0'))).toEqual([[], null]);
  });
  test('in quotes finds no beginning', async () => {
    expect(await found(viewOf('mugs'), asked('mug', false))).toEqual([[], null]);
  });
});

test('counts are given by kind and value, beside the number of all', () => {
  const counts = { 'all:': 3, 'status:payment.paid': 2, 'lifecycle:retail': 3 };
  const facets = { status: { 'payment.paid': 2 }, lifecycle: { retail: 3 } };
  const asked = { counted: ['all', 'status', 'lifecycle'] };
  expect(totalsOf(counts, asked)).toEqual({ total: 3, facets });
  expect(totalsOf({}, asked)).toEqual({ total: 0, facets: {} });
  expect(totalsOf(null, asked)).toEqual({ total: null, facets: null });
  expect(totalsOf(null, { counted: [] })).toEqual({});
});
