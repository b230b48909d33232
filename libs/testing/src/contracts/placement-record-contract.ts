import { describe, expect, it } from '@jest/globals';
import { placementAfter, type PlacementRecord } from '@orderloom/engine';

export type PlacementRecordContract = {
  readonly name: string;
  /** A record that nobody has written, as often as it is asked for, each as another process has it. */
  readonly create: () => { readonly folds: string; readonly record: () => PlacementRecord };
};

const rebuild = { kind: 'rebuild', swaps: true } as const;
const moved = { code: 'placement-moved', retryable: true };
const WRITERS = 5;

/** What every record of a placement promises to the processes that share it. */
export const placementRecordContract = ({ name, create }: PlacementRecordContract): void => {
  describe(`${name} keeps the placement record's contract`, () => {
    it('is the first one until somebody writes it, and then what was written, for everybody', async () => {
      const { folds, record } = create();
      const first = await record().read();
      expect(first).toMatchObject({ version: 1, live: folds, beside: null });
      const next = placementAfter(first, rebuild);
      await record().replace(next);
      expect(await record().read()).toEqual(next);
    });

    it('is replaced by one of many who have read the same', async () => {
      const { record } = create();
      for (let version = 1; version < 4; version++) {
        const read = await record().read();
        const next = placementAfter(read, version === 1 ? rebuild : { kind: 'swap' });
        const tries = await Promise.allSettled(Array.from({ length: WRITERS }, () => record().replace(next)));
        const lost = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
        expect(lost).toEqual(Array.from({ length: WRITERS - 1 }, () => expect.objectContaining(moved)));
      }
    });

    it('is not replaced by whoever has read an older one', async () => {
      const { record } = create();
      const first = await record().read();
      const built = placementAfter(first, rebuild);
      await record().replace(built);
      const swapped = placementAfter(built, { kind: 'swap' });
      await record().replace(swapped);
      await expect(record().replace(built)).rejects.toMatchObject(moved);
      expect(await record().read()).toEqual(swapped);
    });
  });
};
