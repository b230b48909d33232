import { afterEach, describe, expect, test } from '@jest/globals';
import { logFenced, logUnavailable, type KeptProgress, type OwnedProgress } from '@orderloom/engine';
import { Leases } from './leases.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const SOON_MS = 20;
const LONG_MS = 60_000;
const parked = { handler: 'g', streamId: 'main/order/a', version: 1, reason: 'TypeError', recordedAt: 0 };
const lost = expect.objectContaining({ message: 'lease-lost' });

/** A lease of a group that has come to event 5. */
const held = (leaseMs: number, keep?: OwnedProgress['keep']) => {
  const kept: KeptProgress[] = [];
  const leases = new Leases(leaseMs);
  const own: OwnedProgress = {
    ...{ index: 5, parked: [], close: async () => undefined, asked: async () => ['main/order/a'] },
    keep: keep ?? (async (next) => void kept.push(next)),
  };
  let tellSilent: () => void = () => undefined;
  const silent = new Promise<void>((resolve) => (tellSilent = resolve));
  const lease = leases.open('g', own, () => tellSilent());
  ends.push(lease.end);
  const say = (index?: number, more: object = {}) =>
    leases.keep({ lease: lease.id, group: 'g', index, parked: [], released: [], redriven: [], ...more });
  return { kept, lease, say, silent };
};

describe('whoever reads for a group', () => {
  test('says how far it has come, and what it says again or late takes nothing back', async () => {
    const { say, kept } = held(LONG_MS);
    for (const index of [7, 7, 6, undefined, 9]) await say(index);
    await say(8, { parked: [parked] });
    expect(kept).toMatchObject([
      { index: 7, parked: [] },
      { index: 9, parked: [] },
      { index: 9, parked: [parked] },
    ]);
    expect(await say()).toEqual(['main/order/a']);
  });

  test('has lost its lease when it was not heard for too long', async () => {
    const { say, silent, kept } = held(SOON_MS);
    await silent;
    await expect(say(7)).rejects.toThrow(lost);
    expect(kept).toEqual([]);
  });

  test('keeps it while it is heard', async () => {
    const { say, silent } = held(LONG_MS);
    const saying = say();
    expect(await Promise.race([silent.then(() => 'silent'), saying.then(() => 'heard')])).toBe('heard');
  });

  test('has lost it when another one has taken over, or the connection has ended', async () => {
    const fenced = held(LONG_MS, () => Promise.reject(logFenced('taken')));
    await expect(fenced.say(7)).rejects.toThrow(lost);
    const ended = held(LONG_MS);
    ended.lease.end();
    await expect(ended.say(7)).rejects.toThrow(lost);
  });

  test('says nothing for another group', async () => {
    const { say, kept } = held(LONG_MS);
    await expect(say(7, { group: 'other~g' })).rejects.toThrow(lost);
    await expect(say(7, { lease: 'made up' })).rejects.toThrow(lost);
    expect(kept).toEqual([]);
  });

  test('may say it again where it cannot be kept just now', async () => {
    let isAway = true;
    const seen: number[] = [];
    const { say } = held(LONG_MS, async ({ index }) => {
      if (isAway) throw logUnavailable('full');
      seen.push(index);
    });
    await expect(say(7)).rejects.toMatchObject({ code: 'log-unavailable' });
    isAway = false;
    await say(7);
    expect(seen).toEqual([7]);
  });
});
