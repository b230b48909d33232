import type { SearchPage, SearchQuestion } from '@orderloom/engine';
import type { Measurement } from '../harness/bench.ts';
import { TENANT } from '../embedded-lifecycle/prepared-tenant.ts';
import { skuOf } from '../load/workload.ts';

/** A page of 20, as the list of orders asks for it. */
const PAGE = 20;
const word = (text: string) => ({ words: [text], begins: false });

const page = (asked: Partial<SearchQuestion>): SearchQuestion => ({
  ...{
    tenant: TENANT,
    lists: [],
    terms: [],
    from: null,
    until: null,
    before: null,
    limit: PAGE,
    counted: [],
  },
  ...asked,
});

/** What is behind the question: all orders' sort keys, newest first. */
type Orders = { readonly keys: readonly string[] };

/** Figure -> the question of its n-th page. */
const QUESTIONS: Readonly<Record<string, (n: number, orders: Orders) => SearchQuestion>> = {
  newest: () => page({}),
  'in the middle': (n, { keys }) => page({ before: keys[(n * 7919) % keys.length] ?? null }),
  'two filters': (n) => page({ lists: ['status:payment.paid', `buyer:buyer-${n}`] }),
  'common filters, a range': (n, { keys }) =>
    page({
      lists: ['status:payment.paid', 'lifecycle:retail'],
      until: keys[(n * 7919) % keys.length] ?? null,
    }),
  sku: (n) => page({ terms: [word(skuOf(n * 31).toLowerCase())] }),
  'sku and filter': (n) =>
    page({ lists: ['status:payment.paid'], terms: [word(skuOf(n * 31).toLowerCase())] }),
  'a word of every order': () => page({ terms: [word('sku')] }),
  'that and filter': () => page({ lists: ['status:payment.paid'], terms: [word('sku')] }),
  'a beginning': (n) => page({ terms: [{ words: [`sku-${n % 100}`], begins: true }] }),
  'no hit': (n) => page({ terms: [word(`nobody-${n}`)] }),
  'all, counted': () => page({ counted: ['all', 'status', 'lifecycle', 'merchant'] }),
};

export const QUESTION_NAMES: readonly string[] = Object.keys(QUESTIONS);

type Search = (question: SearchQuestion) => Promise<SearchPage>;

/** Every key of the store, page by page. */
const allKeys = async (search: Search): Promise<readonly string[]> => {
  const keys: string[] = [];
  for (let before: string | null = null, isFirst = true; isFirst || before !== null; isFirst = false) {
    const { documents, next } = await search(page({ before, limit: 200 }));
    keys.push(...documents.map(({ id }) => id.slice(TENANT.length + 1)));
    before = next;
  }
  return keys;
};

/** Mean time of a page, ms, question by question: first pages that do not count, then those that do. */
export const measurePages = async (search: Search, pages: number): Promise<Measurement> => {
  const keys = await allKeys(search);
  const figures: Record<string, number> = { orders: keys.length };
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    for (let n = 0; n < Math.ceil(pages / 5); n++) await search(ask(n, { keys }));
    const began = performance.now();
    for (let n = 0; n < pages; n++) await search(ask(pages + n, { keys }));
    figures[name] = (performance.now() - began) / pages;
  }
  return figures;
};
