import { afterEach, describe, expect, it } from '@jest/globals';
import type { StoredDocument, ViewGenerations, ViewsWorkEnd } from '@orderloom/engine';
import { until } from '../until.ts';

/** A shop whose views are in one store, and the hands of an operator on them. */
export type ViewGenerationsPlace = {
  readonly generations: () => ViewGenerations;
  /** Sells so many orders; resolves when the live views show them. */
  readonly sell: (orders: number) => Promise<void>;
  /** Every order as readers see it. */
  readonly shown: () => Promise<readonly StoredDocument[]>;
  /** Makes one order that a generation shows `{ planted: true }`, behind its back. */
  readonly plant: (generation: string) => Promise<void>;
  /** Kills whoever feeds the views, and starts them again; resolves at once. */
  readonly kill: () => Promise<void>;
  /** What the store keeps of a generation: 0 where nothing is left. */
  readonly kept: (generation: string) => Promise<number>;
  readonly dispose: () => unknown;
};

export type ViewGenerationsContract = {
  readonly name: string;
  /** A shop at rest with some orders, and one generation of views. */
  readonly create: () => Promise<ViewGenerationsPlace>;
};

const WITHIN_MS = 120_000;
const LIVE_SHOWS_ALL_MS = 60_000;

/** What the generations of views promise on every store; one shop is led through all of it. */
export const viewGenerationsContract = ({ name, create }: ViewGenerationsContract): void => {
  describe(`${name} keeps the contract of generations`, () => {
    let place: ViewGenerationsPlace;
    afterEach(async () => {
      await place.dispose();
    });

    const named = async () => {
      const [live, beside] = (await place.generations().report()).generations;
      return { live: live?.generation ?? '', beside: beside?.generation ?? '' };
    };
    const states = async () =>
      (await place.generations().report()).generations.map(({ state }) => state).join(' ');
    const ended = async (): Promise<ViewsWorkEnd | null> => {
      const end = async () => (await place.generations().report()).work === null;
      await until('the work to end', end, WITHIN_MS);
      return (await place.generations().report()).last;
    };
    const showsSoon = (orders: number): Promise<unknown> =>
      until(
        `${String(orders)} orders to be shown`,
        async () => (await place.shown()).length === orders,
        LIVE_SHOWS_ALL_MS,
      );
    const ids = async () => (await place.shown()).map(({ id }) => id);
    const isPlanted = async () => JSON.stringify(await place.shown()).includes('"planted":true');
    const rebuilt = async (swaps: boolean): Promise<ViewsWorkEnd | null> => {
      await place.generations().rebuild(swaps);
      return ended();
    };

    it('rebuilds over kills, feeds both, swaps and rolls back, and readers see one of them', async () => {
      place = await create();
      const before = await ids();
      const { live: old } = await named();
      await place.generations().rebuild(true);
      await place.kill();
      await place.kill();
      const end = await ended();
      expect(end).toMatchObject({ kind: 'rebuild', result: 'swapped', comparison: { differences: 0 } });
      expect([await states(), await ids()]).toEqual(['live kept', before]);

      await place.sell(3);
      await showsSoon(before.length + 3);
      const after = await ids();
      const { live: made } = await named();
      await place.plant(made);
      expect(await isPlanted()).toBe(true);
      await place.generations().rollback();
      expect((await named()).live).toBe(old);
      await until('the roll-back to be seen', async () => !(await isPlanted()), WITHIN_MS);

      await place.generations().swap();
      expect(await ended()).toMatchObject({
        ...{ result: 'differs', reason: null },
        comparison: { differences: 1, first: { view: 'order', kind: 'different' } },
      });
      expect([await states(), (await named()).live]).toEqual(['live differs', old]);

      await place.generations().drop();
      expect([await states(), await place.kept(made)]).toEqual(['live', 0]);
      expect(await place.kept(old)).toBeGreaterThan(0);
      expect([await ids(), await isPlanted()]).toEqual([after, false]);
    });

    it('refuses what makes no sense, and what comes meanwhile', async () => {
      place = await create();
      const { live } = await named();
      for (const act of ['swap', 'rollback', 'drop'] as const)
        await expect(place.generations()[act]()).rejects.toMatchObject({ code: 'nothing-beside' });
      await expect(place.generations().compare('nothing')).rejects.toMatchObject({
        code: 'unknown-generation',
      });
      await place.generations().rebuild(false);
      await expect(place.generations().compare(live)).rejects.toMatchObject({ code: 'views-busy' });
      expect(await ended()).toMatchObject({ result: 'equal' });
      await expect(place.generations().rollback()).rejects.toMatchObject({ code: 'not-kept' });
      const { beside } = await named();
      expect(await rebuilt(true)).toMatchObject({ result: 'swapped' });
      expect([await states(), await place.kept(beside)]).toEqual(['live kept', 0]);
    });
  });
};
