import { expect } from '@jest/globals';
import {
  memoryViewStore,
  type DocumentWrite,
  type SearchPage,
  type SearchQuestion,
  type ViewReader,
} from '@orderloom/engine';
import { random } from '../random.ts';
import { contractCases } from './contract-cases.ts';
import { filledPlace, keysOf, order, question, word, type Searching } from './searched-orders.ts';

const beginning = (...words: readonly string[]) => ({ words, begins: true });

const MANY = 2600;
const QUESTIONS = 30;
type Dice = ReturnType<typeof random>;

/** Some words that nearly all orders have, some that few have; ids that are not in the order of writing. */
const manyOrders = (dice: Dice): readonly DocumentWrite[] =>
  Array.from({ length: MANY }, (_, n) =>
    order(`o-${String((n * 1009) % MANY).padStart(5, '0')}`, {
      lists: [dice.oneOf(['status:paid', 'status:open', 'status:void']), `buyer:b-${n % 40}`],
      text: ['tea', ...(dice.chance(0.9) ? ['mug'] : []), `sku-${n % 50}`, `no-${n}`],
      tenant: dice.chance(0.9) ? 'main' : 'other',
    }),
  );

const anyQuestion = (dice: Dice): SearchQuestion => {
  const some = <T>(chance: number, make: () => T): readonly T[] => (dice.chance(chance) ? [make()] : []);
  const key = () => `o-${String(dice.below(MANY)).padStart(5, '0')}`;
  return question({
    lists: [
      ...some(0.4, () => dice.oneOf(['status:paid', 'status:open'])),
      ...some(0.3, () => `buyer:b-${dice.oneOf([1, 2, 3])}`),
    ],
    terms: [
      ...some(0.4, () => word('tea')),
      ...some(0.3, () => word('mug')),
      ...some(0.3, () => beginning(dice.oneOf(['sku-1', 'sku-', 'no-25']))),
      ...some(0.1, () => word('sku-7', 'sku-8')),
    ],
    from: some(0.2, key)[0] ?? null,
    until: some(0.2, key)[0] ?? null,
    before: some(0.5, key)[0] ?? null,
    limit: dice.oneOf([1, 20, 200]),
    counted: dice.oneOf([[], ['all', 'status']]),
  });
};

const answers = async (
  reader: ViewReader,
  asked: readonly SearchQuestion[],
): Promise<readonly SearchPage[]> => {
  const pages: SearchPage[] = [];
  for (const one of asked) pages.push(await reader.search('order', one));
  return pages;
};

/** What a store of views promises of searches: the same hits in the same order as every other one. */
export const viewSearchCases = (searching: Searching): void => {
  const { batch, skip } = searching;
  const filled = (writes: readonly DocumentWrite[]) => filledPlace(searching, writes);

  contractCases('searches', skip, {
    'find words as they were written, newest first': async () => {
      const { found } = await filled([
        order('o-1', { text: ['tea-500', 'tea', '500', 'ada'] }),
        order('o-2', { text: ['tea', 'mug'] }),
        order('o-3', { text: ['teapot', '红茶', '红', '茶', '~00ff'] }),
      ]);
      expect(await found({ terms: [word('tea')] })).toEqual(['o-2', 'o-1']);
      expect(await found({ terms: [word('tea'), word('mug')] })).toEqual(['o-2']);
      expect(await found({ terms: [word('mug', 'ada')] })).toEqual(['o-2', 'o-1']);
      expect(await found({ terms: [beginning('tea')] })).toEqual(['o-3', 'o-2', 'o-1']);
      expect(await found({ terms: [beginning('te'), word('500')] })).toEqual(['o-1']);
      expect(await found({ terms: [word('红茶')] })).toEqual(['o-3']);
      expect(await found({ terms: [word('茶')] })).toEqual(['o-3']);
      expect(await found({ terms: [word('~00ff')] })).toEqual(['o-3']);
      expect(await found({ terms: [word('te')] })).toEqual([]);
      expect(await found({ terms: [word('500-tea')] })).toEqual([]);
    },
    'follow documents that change, and forget removed ones': async () => {
      const { found, store } = await filled([
        order('o-1', { text: ['tea'] }),
        order('o-2', { text: ['tea'] }),
      ]);
      const paid = order('o-1', { version: 2, text: ['tea', 'p-1'] });
      await store.commit(batch(2, { writes: [paid, order('o-3', { text: ['tea'] })] }));
      expect(await found({ terms: [word('p-1')] })).toEqual(['o-1']);
      expect(await found({ terms: [word('tea')] })).toEqual(['o-3', 'o-2', 'o-1']);
      await store.commit(batch(3, { writes: [order('o-1', { version: 3, text: ['mug'] })] }));
      expect(await found({ terms: [word('tea')] })).toEqual(['o-3', 'o-2']);
      await store.commit(batch(4, { removals: [{ view: 'order', id: 'main/o-3', version: 2 }] }));
      expect(await found({ terms: [word('tea')] })).toEqual(['o-2']);
      expect(await found({})).toEqual(['o-2', 'o-1']);
    },
    'combine words, lists and a range, for one tenant': async () => {
      const paid = ['status:paid', 'buyer:b-1'];
      const { found } = await filled([
        order('o-1', { lists: paid, text: ['tea'] }),
        order('o-2', { lists: ['status:open', 'buyer:b-1'], text: ['tea'] }),
        order('o-3', { lists: paid, text: ['mug'] }),
        order('o-4', { lists: paid, text: ['tea'] }),
        order('o-5', { lists: paid, text: ['tea'], tenant: 'other' }),
      ]);
      expect(await found({ lists: paid })).toEqual(['o-4', 'o-3', 'o-1']);
      expect(await found({ lists: paid, terms: [word('tea')] })).toEqual(['o-4', 'o-1']);
      expect(await found({ lists: ['status:open', 'status:paid'] })).toEqual([]);
      expect(await found({ from: 'o-2', until: 'o-4' })).toEqual(['o-3', 'o-2']);
      expect(await found({ lists: ['buyer:b-1'], from: 'o-2', terms: [word('tea')] })).toEqual([
        'o-4',
        'o-2',
      ]);
      expect(await found({ tenant: 'other', terms: [word('mug')] })).toEqual([]);
      expect(await found({ tenant: 'nobody' })).toEqual([]);
    },
    'are read page by page, whatever comes between the pages': async () => {
      const numbered = (n: number) => order(`o-${String(n).padStart(3, '0')}`, { text: ['tea'] });
      const { reader, store } = await filled(Array.from({ length: 25 }, (_, n) => numbered(n)));
      const seen: string[] = [];
      let before: string | null = null;
      for (let pages = 0; pages === 0 || before !== null; pages++) {
        const page: SearchPage = await reader.search(
          'order',
          question({ terms: [word('tea')], before, limit: 10 }),
        );
        seen.push(...keysOf(page));
        before = page.next;
        await store.commit(batch(2 + pages, { writes: [numbered(100 + pages)] }));
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => numbered(24 - n).sortKey));
    },
    'keep to the order of keys that begin alike': async () => {
      const keys = ['o', 'order', 'order-17', 'order-17-1', 'order-17-2', 'order-17é', 'order-18', 'é'];
      const { found } = await filled(keys.map((key, at) => order(keys[(at * 3) % keys.length] ?? key, {})));
      const newest = keys.toReversed();
      expect(await found({})).toEqual(newest);
      for (const [at, before] of newest.entries())
        expect(await found({ before })).toEqual(newest.slice(at + 1));
      const alike = ['order-17-2', 'order-17-1', 'order-17'];
      expect(await found({ from: 'order-17', until: 'order-17é' })).toEqual(alike);
      expect(await found({ from: 'order-17-1', until: 'order-17-2' })).toEqual(['order-17-1']);
    },
    'never give more than 200 documents a page': async () => {
      const { found } = await filled(Array.from({ length: 205 }, (_, n) => order(`o-${n}`, {})));
      expect(await found({ limit: 1000 })).toHaveLength(200);
    },
    'have the answers that a look at every document would give': async () => {
      const dice = random(5);
      const orders = manyOrders(dice);
      const asked = Array.from({ length: QUESTIONS }, () => anyQuestion(dice));
      const looked = memoryViewStore();
      await looked.store.commit(batch(1, { writes: orders }));
      const { reader } = await filled(orders);
      expect(await answers(reader, asked)).toEqual(await answers(looked.reader, asked));
    },
    'count what they find by list': async () => {
      const { reader, store } = await filled([
        order('o-1', { lists: ['status:paid', 'buyer:b-1'], text: ['tea'] }),
        order('o-2', { lists: ['status:open', 'buyer:b-1'], text: ['tea'] }),
        order('o-3', { lists: ['status:open'], text: ['mug'] }),
        order('o-4', { lists: ['status:open'], tenant: 'other' }),
      ]);
      const counts = async (asked: Partial<SearchQuestion>) =>
        (await reader.search('order', question({ counted: ['all', 'status'], ...asked }))).counts;
      expect(await counts({})).toEqual({ 'all:': 3, 'status:open': 2, 'status:paid': 1 });
      expect(await counts({ limit: 1, before: 'o-2' })).toEqual({
        'all:': 3,
        'status:open': 2,
        'status:paid': 1,
      });
      expect(await counts({ lists: ['buyer:b-1'] })).toEqual({
        'all:': 2,
        'status:open': 1,
        'status:paid': 1,
      });
      expect(await counts({ terms: [word('mug')] })).toEqual({ 'all:': 1, 'status:open': 1 });
      expect(await counts({ counted: [] })).toBeNull();
      await store.commit(batch(2, { writes: [order('o-2', { version: 2, lists: ['status:paid'] })] }));
      await store.commit(batch(3, { removals: [{ view: 'order', id: 'main/o-3', version: 2 }] }));
      expect(await counts({})).toEqual({ 'all:': 2, 'status:paid': 2 });
    },
  });
};
