import { afterEach, describe, expect, test } from '@jest/globals';
import { logFenced, logUnavailable, type KeptProgress, type OwnedProgress } from '@orderloom/engine';
import { Leases } from './leases.ts';
import { Turn } from './turn.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const SOON_MS = 20;
const LONG_MS = 60_000;
const FIRST = 0;
const SECOND = 1;
const parked = { handler: 'g', streamId: 'main/order/a', version: 1, reason: 'TypeError', recordedAt: 0 };
const lost = expect.objectContaining({ message: 'lease-lost' });

const kept: KeptProgress[][] = [];
/** A partition of which the group has come to event 5. */
const partition = (number: number, keep?: OwnedProgress['keep']) => {
  const own: OwnedProgress = {
    ...{ index: 5, parked: [], close: async () => undefined, asked: async () => [`main/order/${number}`] },
    keep: keep ?? (async (next) => void kept[number]?.push(next)),
  };
  return { partition: number, own, shown: () => undefined };
};
const fenced = (): Promise<never> => Promise.reject(logFenced('taken'));

/** A lease of a turn with these partitions, or with one. */
const held = (leaseMs: number, ...partitions: readonly ReturnType<typeof partition>[]) => {
  kept.splice(0, kept.length, [], []);
  const leases = new Leases(leaseMs);
  let tellLost: () => void = () => undefined;
  const isLost = new Promise<void>((resolve) => (tellLost = resolve));
  const turn = new Turn(partitions.length === 0 ? [partition(FIRST)] : partitions);
  const lease = leases.open('g', turn, () => tellLost());
  ends.push(lease.end);
  const say = (indexes: readonly (readonly [number, number])[] = [], more: object = {}) =>
    leases.keep({
      ...{ lease: lease.id, group: 'g', indexes: new Map(indexes), over: false },
      ...{ parked: [], released: [], redriven: [], ...more },
    });
  return { lease, isLost, say, reach: (index: number, more?: object) => say([[FIRST, index]], more) };
};

describe('whoever reads for a group', () => {
  test('says how far it has come, and what it says again or late takes nothing back', async () => {
    const { say, reach } = held(LONG_MS);
    for (const index of [7, 7, 6]) await reach(index);
    await say();
    await reach(9);
    await reach(8, { parked: [{ event: parked, partition: FIRST }] });
    expect(kept[FIRST]).toMatchObject([
      { index: 7, parked: [] },
      { index: 9, parked: [] },
      { index: 9, parked: [parked] },
    ]);
    expect(await say()).toEqual(['main/order/0']);
  });

  test('has each partition of its turn kept by itself, and parks where the event stands', async () => {
    const { say } = held(LONG_MS, partition(FIRST), partition(SECOND));
    await say([[SECOND, 8]]);
    await say([[FIRST, 6]], { parked: [{ event: parked, partition: SECOND }] });
    await say([], { released: [parked], redriven: ['main/order/a'] });
    expect(kept[FIRST]).toMatchObject([
      { index: 6, parked: [] },
      { index: 6, released: [], redriven: ['main/order/a'] },
    ]);
    expect(kept[SECOND]).toMatchObject([
      { index: 8, parked: [] },
      { index: 8, parked: [parked] },
      { index: 8, released: [parked] },
    ]);
    expect(await say()).toEqual(['main/order/0', 'main/order/1']);
  });

  test('parks nothing of which it does not say where it stands, where that can be in several partitions', async () => {
    const { say } = held(LONG_MS, partition(FIRST), partition(SECOND));
    const unplaced = { parked: [{ event: parked, partition: undefined }] };
    await expect(say([[FIRST, 9]], unplaced)).rejects.toThrow('invalid-command');
    expect(kept.flat()).toEqual([]);
    const alone = held(LONG_MS, partition(FIRST));
    await alone.say([], unplaced);
    expect(kept[FIRST]).toMatchObject([{ parked: [parked] }]);
  });

  test('goes on in the others when one partition was taken from it', async () => {
    const { say } = held(LONG_MS, partition(FIRST), partition(SECOND, fenced));
    await say([
      [FIRST, 6],
      [SECOND, 6],
    ]);
    await say([[FIRST, 7]]);
    expect(kept[FIRST]).toMatchObject([{ index: 6 }, { index: 7 }]);
  });

  test('has lost its lease when it was not heard for too long', async () => {
    const { reach, isLost } = held(SOON_MS);
    await isLost;
    await expect(reach(7)).rejects.toThrow(lost);
    expect(kept[FIRST]).toEqual([]);
  });

  test('keeps it while it is heard', async () => {
    const { say, isLost } = held(LONG_MS);
    expect(await Promise.race([isLost.then(() => 'silent'), say().then(() => 'heard')])).toBe('heard');
  });

  test('has lost it when others have taken all of it, or the turn has ended', async () => {
    const taken = held(LONG_MS, partition(FIRST, fenced));
    await expect(taken.reach(7)).rejects.toThrow(lost);
    await taken.isLost;
    const ended = held(LONG_MS);
    ended.lease.end();
    await expect(ended.reach(7)).rejects.toThrow(lost);
  });

  test('gives it back with its last words, which are kept', async () => {
    const { lease, reach } = held(LONG_MS);
    expect(lease.givenBack.aborted).toBe(false);
    await reach(7, { over: true });
    expect([lease.givenBack.aborted, kept[FIRST]?.length]).toEqual([true, 1]);
    await expect(reach(8)).rejects.toThrow(lost);
  });

  test('says nothing for another group', async () => {
    const { reach } = held(LONG_MS);
    await expect(reach(7, { group: 'other~g' })).rejects.toThrow(lost);
    await expect(reach(7, { lease: 'made up' })).rejects.toThrow(lost);
    expect(kept[FIRST]).toEqual([]);
  });

  test('may say it again where it cannot be kept just now', async () => {
    let isAway = true;
    const seen: number[] = [];
    const keep: OwnedProgress['keep'] = async ({ index }) => {
      if (isAway) throw logUnavailable('full');
      seen.push(index);
    };
    const { reach } = held(LONG_MS, partition(FIRST, keep));
    await expect(reach(7)).rejects.toMatchObject({ code: 'log-unavailable' });
    isAway = false;
    await reach(7);
    expect(seen).toEqual([7]);
  });
});
