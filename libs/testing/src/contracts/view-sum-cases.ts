import { expect } from '@jest/globals';
import type { SumChange } from '@orderloom/engine';
import { contractCases } from './contract-cases.ts';
import type { Searching } from './searched-orders.ts';

const change = (name: string, by: bigint, more: Partial<SumChange> = {}): SumChange => ({
  ...{ view: 'order', list: 'main/all:', unit: 'EUR', name, by, ...more },
});

/** What a store of views promises of sums, where it keeps any. */
export const viewSumCases = ({ open, batch, skip }: Searching): void => {
  contractCases('sums', skip, {
    'are nothing at first': async () => {
      const { reader } = await open();
      expect(await reader.sums('order', 'main/all:')).toEqual([]);
    },
    'add up over windows, by list, unit and name': async () => {
      const { store, reader } = await open();
      const dollars = change('revenue', 9n, { unit: 'USD' });
      const ofOne = change('revenue', 1n, { list: 'main/merchant:m' });
      await store.commit(batch(1, { sums: [change('revenue', -5n), dollars, ofOne] }));
      await store.commit(batch(2, { sums: [change('revenue', -2n), change('provider', 7n)] }));
      const sums = await reader.sums('order', 'main/all:');
      expect([...sums].sort((a, b) => (a.unit + a.name < b.unit + b.name ? -1 : 1))).toEqual([
        { unit: 'EUR', name: 'provider', amount: 7n },
        { unit: 'EUR', name: 'revenue', amount: -7n },
        { unit: 'USD', name: 'revenue', amount: 9n },
      ]);
      expect(await reader.sums('order', 'main/merchant:m')).toEqual([
        { unit: 'EUR', name: 'revenue', amount: 1n },
      ]);
      expect(await reader.sums('stock', 'main/all:')).toEqual([]);
    },
    'are exact beyond what JavaScript counts': async () => {
      const { store, reader } = await open();
      const much = 2n ** 62n;
      await store.commit(batch(1, { sums: [change('revenue', much)] }));
      await store.commit(batch(2, { sums: [change('revenue', 1n)] }));
      expect(await reader.sums('order', 'main/all:')).toEqual([
        { unit: 'EUR', name: 'revenue', amount: much + 1n },
      ]);
    },
  });
};
