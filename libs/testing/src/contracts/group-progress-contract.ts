import { describe, expect } from '@jest/globals';
import type { GroupProgress, ParkedEvent } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

export type GroupProgressContract = {
  readonly name: string;
  /** Progress of a group that nobody has used, in a store that lasts for the suite; again for the same group, another reader's. */
  readonly open: (group: string) => Promise<GroupProgress>;
  readonly skip?: readonly Skip[];
};

const parked = (group: string, key: string, version: number): ParkedEvent => ({
  ...{ handler: group, streamId: `main/order/${key}`, version, reason: 'RangeError' },
  recordedAt: 1_717_416_000_000 + version,
});

let groups = 0;

/** What every store of a group's progress promises. */
export const groupProgressContract = ({ name, open, skip = [] }: GroupProgressContract): void => {
  const aGroup = (): string => `group-${String(++groups)}`;
  describe(`${name} keeps the contract of a group's progress`, () => {
    contractCases('progress', skip, {
      'begins before the first event, with nothing parked': async () => {
        const progress = await open(aGroup());
        expect(await progress.take(0)).toMatchObject({ index: 0, parked: [] });
        await progress.close();
      },
      'is where it was left, with what was parked': async () => {
        const group = aGroup();
        const progress = await open(group);
        const own = await progress.take(0);
        await own.keep({ index: 3, parked: [parked(group, 'a', 1)] });
        await own.keep({ index: 7, parked: [parked(group, 'a', 2), parked(group, 'b', 9)] });
        await own.close();
        await progress.close();
        const later = await open(group);
        const { index, parked: left } = await later.take(0);
        expect([index, left]).toEqual([
          7,
          [parked(group, 'a', 1), parked(group, 'a', 2), parked(group, 'b', 9)],
        ]);
        await later.close();
      },
      'is one for each group and partition': async () => {
        const [one, other] = [aGroup(), aGroup()];
        const progress = await open(one);
        await (await progress.take(0)).keep({ index: 5, parked: [parked(one, 'a', 1)] });
        expect(await progress.take(1)).toMatchObject({ index: 0, parked: [] });
        const others = await open(other);
        expect(await others.take(0)).toMatchObject({ index: 0, parked: [] });
        await Promise.all([progress.close(), others.close()]);
      },
      'parks an event once, however often it is said': async () => {
        const group = aGroup();
        const progress = await open(group);
        const own = await progress.take(0);
        for (const index of [1, 2]) await own.keep({ index, parked: [parked(group, 'a', 1)] });
        expect((await progress.take(0)).parked).toEqual([parked(group, 'a', 1)]);
        await progress.close();
      },
      'parks no more what was handled after all, and says why it has failed last': async () => {
        const group = aGroup();
        const progress = await open(group);
        const own = await progress.take(0);
        await own.keep({ index: 3, parked: [1, 2, 3].map((version) => parked(group, 'a', version)) });
        const again = { ...parked(group, 'a', 2), reason: 'TypeError' };
        await own.keep({ index: 3, parked: [again], released: [parked(group, 'a', 1)], redriven: ['a'] });
        expect((await progress.take(0)).parked).toEqual([again, parked(group, 'a', 3)]);
        await progress.close();
      },
      'is kept by the last who took it, and by nobody before': async () => {
        const group = aGroup();
        const [first, second] = [await open(group), await open(group)];
        const before = await first.take(0);
        await before.keep({ index: 1, parked: [] });
        const after = await second.take(0);
        await expect(before.keep({ index: 9, parked: [parked(group, 'a', 1)] })).rejects.toMatchObject({
          ...{ code: 'log-fenced', retryable: false },
        });
        await after.keep({ index: 2, parked: [] });
        expect(await second.take(0)).toMatchObject({ index: 2, parked: [] });
        await Promise.all([first.close(), second.close()]);
      },
    });
  });
};
