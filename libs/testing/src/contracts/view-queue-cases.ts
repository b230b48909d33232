import { expect } from '@jest/globals';
import {
  memoryViewStore,
  type DocumentWrite,
  type Later,
  type SearchPage,
  type SearchQuestion,
} from '@orderloom/engine';
import { random } from '../random.ts';
import { contractCases } from './contract-cases.ts';
import { filledPlace, keysOf, order, question, word, type Searching } from './searched-orders.ts';

const due = (until: number | null = null) => ({ queue: { instant: 'due', until } });
const taken = (isLater: boolean, than: number): Later => ({ instant: 'taken', than, isLater });

const MANY = 1500;
const QUESTIONS = 30;
type Dice = ReturnType<typeof random>;

/** Some are due, many of them at one instant; some are taken until an instant. */
const manyOrders = (dice: Dice): readonly DocumentWrite[] =>
  Array.from({ length: MANY }, (_, n) =>
    order(`o-${String((n * 1009) % MANY).padStart(5, '0')}`, {
      lists: [dice.oneOf(['status:paid', 'status:open']), `buyer:b-${n % 40}`],
      text: ['tea', `sku-${n % 50}`],
      tenant: dice.chance(0.9) ? 'main' : 'other',
      instants: {
        ...(dice.chance(0.7) && { due: 100 * dice.below(40) }),
        ...(dice.chance(0.2) && { taken: dice.below(100) }),
      },
    }),
  );

const anyQuestion = (dice: Dice): SearchQuestion => {
  const some = <T>(chance: number, make: () => T): readonly T[] => (dice.chance(chance) ? [make()] : []);
  const key = () => `o-${String(dice.below(MANY)).padStart(5, '0')}`;
  const isQueue = dice.chance(0.8);
  const place = () => (isQueue ? `${100 * dice.below(40)}|${key()}` : key());
  return question({
    ...(isQueue && due(dice.oneOf([null, 2000]))),
    lists: [...some(0.4, () => 'status:paid'), ...some(0.3, () => `buyer:b-${dice.below(40)}`)],
    terms: [...some(0.3, () => word('tea')), ...some(0.2, () => word(`sku-${dice.below(50)}`))],
    later: some(0.6, () => taken(dice.chance(0.5), dice.below(100))),
    from: some(0.2, key)[0] ?? null,
    before: some(0.5, place)[0] ?? null,
    limit: dice.oneOf([1, 20, 200]),
    counted: dice.oneOf([[], ['all', 'status']]),
  });
};

/** What a store of views promises of queues: documents by an instant of theirs, on every store the same. */
export const viewQueueCases = (searching: Searching): void => {
  const { batch, skip } = searching;
  const filled = (writes: readonly DocumentWrite[]) => filledPlace(searching, writes);
  const dueAt = (id: string, at: number, more: Parameters<typeof order>[1] = {}) =>
    order(id, { ...more, instants: { due: at, ...more.instants } });

  contractCases('queues', skip, {
    'have those that are due first, and of one instant the oldest': async () => {
      const { found } = await filled([
        dueAt('o-1', 300),
        dueAt('o-2', 20),
        dueAt('o-4', 100),
        dueAt('o-3', 100),
        order('o-5', {}),
        dueAt('o-6', 1, { tenant: 'other' }),
      ]);
      expect(await found(due())).toEqual(['o-2', 'o-3', 'o-4', 'o-1']);
      expect(await found(due(100))).toEqual(['o-2', 'o-3', 'o-4']);
      expect(await found(due(19))).toEqual([]);
      expect(await found({ queue: { instant: 'unheard-of', until: null } })).toEqual([]);
      expect(await found({})).toEqual(['o-5', 'o-4', 'o-3', 'o-2', 'o-1']);
    },
    'follow documents that change, and forget removed ones': async () => {
      const { found, store } = await filled([dueAt('o-1', 10), dueAt('o-2', 20), dueAt('o-3', 30)]);
      await store.commit(batch(2, { writes: [dueAt('o-1', 40, { version: 2 })] }));
      expect(await found(due())).toEqual(['o-2', 'o-3', 'o-1']);
      await store.commit(batch(3, { writes: [order('o-2', { version: 2 })] }));
      await store.commit(batch(4, { removals: [{ view: 'order', id: 'main/o-3', version: 2 }] }));
      expect(await found(due())).toEqual(['o-1']);
    },
    'know whether another instant is later': async () => {
      const { found } = await filled([
        dueAt('o-1', 10, { instants: { taken: 500 } }),
        dueAt('o-2', 20),
        dueAt('o-3', 30, { instants: { taken: 400 } }),
      ]);
      expect(await found({ ...due(), later: [taken(true, 400)] })).toEqual(['o-1']);
      expect(await found({ ...due(), later: [taken(false, 400)] })).toEqual(['o-2', 'o-3']);
      expect(await found({ later: [taken(true, 399)] })).toEqual(['o-3', 'o-1']);
      expect(await found({ ...due(), later: [{ instant: 'unheard-of', than: 0, isLater: false }] })).toEqual([
        ...['o-1', 'o-2', 'o-3'],
      ]);
    },
    'combine with lists, and are counted': async () => {
      const paid = ['status:paid'];
      const { reader, found } = await filled([
        dueAt('o-1', 30, { lists: paid }),
        dueAt('o-2', 20),
        dueAt('o-3', 10, { lists: paid }),
      ]);
      expect(await found({ ...due(), lists: paid })).toEqual(['o-3', 'o-1']);
      const counted = question({ ...due(20), counted: ['all', 'status'], limit: 1 });
      expect((await reader.search('order', counted)).counts).toEqual({ 'all:': 2, 'status:paid': 1 });
    },
    'are read page by page, whatever comes between the pages': async () => {
      const { reader, store } = await filled(
        Array.from({ length: 25 }, (_, n) =>
          dueAt(`o-${String(n).padStart(3, '0')}`, 10 * Math.floor(n / 4)),
        ),
      );
      const seen: string[] = [];
      let before: string | null = null;
      for (let pages = 0; pages === 0 || before !== null; pages++) {
        const page: SearchPage = await reader.search('order', question({ ...due(), before, limit: 10 }));
        seen.push(...keysOf(page));
        before = page.next;
        await store.commit(batch(2 + pages, { writes: [dueAt(`n-${pages}`, 0)] }));
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `o-${String(n).padStart(3, '0')}`));
    },
    'begin at no place where no page has ended': async () => {
      const { reader } = await filled([dueAt('o-1', 10)]);
      const asked = question({ ...due(), before: 'o-1' });
      await expect(reader.search('order', asked)).rejects.toThrow('no page of a queue has ended there');
    },
    'have the answers that a look at every document would give': async () => {
      const dice = random(7);
      const orders = manyOrders(dice);
      const looked = memoryViewStore();
      await looked.store.commit(batch(1, { writes: orders }));
      const { reader } = await filled(orders);
      for (let n = 0; n < QUESTIONS; n++) {
        const asked = anyQuestion(dice);
        expect(await reader.search('order', asked)).toEqual(await looked.reader.search('order', asked));
      }
    },
  });
};
