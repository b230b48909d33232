import { expect } from '@jest/globals';
import type { Summed } from '@orderloom/decider';
import type { DocumentWrite, Sum, SumChange, ViewBatch } from '@orderloom/engine';
import { contractCases } from './contract-cases.ts';
import type { Searching } from './searched-orders.ts';

const MOST = Number.MAX_SAFE_INTEGER;

const amounts = (name: string, amount: number, more: Partial<Summed> = {}): Summed => ({
  ...{ lists: ['main/all:'], unit: 'EUR', amounts: { [name]: amount }, ...more },
});

/** By how much sums change that had something of a document. */
const changes = ({ lists, unit, amounts: said }: Summed, sign: 1n | -1n): readonly SumChange[] =>
  lists.flatMap((list) =>
    Object.entries(said).map(([name, amount]) => ({
      ...{ view: 'order', list, unit, name, by: sign * BigInt(amount) },
    })),
  );

/** Documents with what they add up to, as a projector writes them: all of it, and by how much it has changed. */
const writer = () => {
  const known = new Map<string, DocumentWrite>();
  return (documents: Readonly<Record<string, Summed>>): Pick<ViewBatch, 'writes' | 'sums'> => {
    const sums: SumChange[] = [];
    const writes = Object.entries(documents).map(([id, summed]): DocumentWrite => {
      const before = known.get(id);
      sums.push(...(before?.summed ? changes(before.summed, -1n) : []), ...changes(summed, 1n));
      const version = (before?.version ?? 0) + 1;
      const write = {
        ...{ view: 'order', id: `main/${id}`, version, document: { id }, sortKey: id, summed },
        lists: ['main/all:', ...summed.lists.filter((list) => list !== 'main/all:')],
      };
      known.set(id, write);
      return write;
    });
    return { writes, sums };
  };
};

const sorted = (sums: readonly Sum[]): readonly Sum[] =>
  [...sums]
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => (a.unit + a.name < b.unit + b.name ? -1 : 1));

/** What a store of views promises of sums, where it keeps any. */
export const viewSumCases = ({ open, batch, skip }: Searching): void => {
  const opened = async () => {
    const { store, reader, shown = async () => undefined } = await open();
    const write = writer();
    let index = 0;
    return {
      commit: async (documents: Readonly<Record<string, Summed>>): Promise<void> => {
        await store.commit(batch(++index, write(documents)));
      },
      sums: async (list: string, view = 'order'): Promise<readonly Sum[]> => {
        await shown();
        return sorted(await reader.sums(view, list));
      },
    };
  };
  contractCases('sums', skip, {
    'are nothing at first': async () => {
      const { sums } = await opened();
      expect(await sums('main/all:')).toEqual([]);
    },
    'add up over windows, by list, unit and name': async () => {
      const { commit, sums } = await opened();
      const ofMerchant = { lists: ['main/all:', 'main/merchant:m'] };
      await commit({
        o1: amounts('revenue', -5, ofMerchant),
        o2: amounts('revenue', 9, { unit: 'USD' }),
        o3: amounts('refunds-due', 3),
      });
      await commit({ o3: amounts('provider', 7), o4: amounts('revenue', -2) });
      expect(await sums('main/all:')).toEqual([
        { unit: 'EUR', name: 'provider', amount: 7n },
        { unit: 'EUR', name: 'revenue', amount: -7n },
        { unit: 'USD', name: 'revenue', amount: 9n },
      ]);
      expect(await sums('main/merchant:m')).toEqual([{ unit: 'EUR', name: 'revenue', amount: -5n }]);
      expect(await sums('main/all:', 'stock')).toEqual([]);
    },
    'are exact beyond what JavaScript counts': async () => {
      const { commit, sums } = await opened();
      const much = amounts('revenue', MOST);
      await commit({ o1: much, o2: much, o3: much });
      await commit({ o4: amounts('revenue', 1) });
      expect(await sums('main/all:')).toEqual([
        { unit: 'EUR', name: 'revenue', amount: 3n * BigInt(MOST) + 1n },
      ]);
    },
  });
};
