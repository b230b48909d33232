import { describe, expect, it } from '@jest/globals';
import { turns, virtualClock } from '@orderloom/testing';
import { WindowPace } from './window-pace.ts';

const SHORTEST_MS = 20;

/** A pace whose last window took `tookMs`, and what waits for the next one. */
const afterAWindow = async ({ tookMs, isAwaited = false }: { tookMs: number; isAwaited?: boolean }) => {
  const clock = virtualClock(1000);
  const pace = new WindowPace(clock, SHORTEST_MS);
  const state = { isAwaited, began: false };
  await pace.next(() => false);
  await pace.window(async () => clock.advance(tookMs));
  void pace.next(() => state.isAwaited).then(() => (state.began = true));
  /** Whether the next window has begun when these ms have passed. */
  const beginsWithin = async (ms: number): Promise<boolean> => {
    clock.advance(ms);
    await turns();
    return state.began;
  };
  return { clock, pace, state, beginsWithin };
};

describe('the pace of windows', () => {
  it('is one window in the shortest time where they cost little', async () => {
    const { beginsWithin } = await afterAWindow({ tookMs: 2 });
    expect([await beginsWithin(17), await beginsWithin(1)]).toEqual([false, true]);
  });

  it('leaves three quarters of the time to others where they cost more', async () => {
    const { beginsWithin } = await afterAWindow({ tookMs: 15 });
    expect([await beginsWithin(44), await beginsWithin(1)]).toEqual([false, true]);
  });

  it('is a window in a quarter of a second where they cost a lot', async () => {
    const { beginsWithin } = await afterAWindow({ tookMs: 110 });
    expect([await beginsWithin(139), await beginsWithin(1)]).toEqual([false, true]);
  });

  it('is the shortest for those who wait already', async () => {
    const { beginsWithin } = await afterAWindow({ tookMs: 15, isAwaited: true });
    expect([await beginsWithin(4), await beginsWithin(1)]).toEqual([false, true]);
  });

  it('is cut short for those who begin to wait', async () => {
    const { beginsWithin, pace, state } = await afterAWindow({ tookMs: 15 });
    expect(await beginsWithin(10)).toBe(false);
    state.isAwaited = true;
    pace.hurry();
    expect(await beginsWithin(0)).toBe(true);
  });

  it('ends where there is nothing to wait for any more', async () => {
    const { beginsWithin, pace } = await afterAWindow({ tookMs: 15 });
    pace.stop();
    expect(await beginsWithin(0)).toBe(true);
  });

  it('is not held up by a clock that is set back', async () => {
    const { beginsWithin, clock, pace } = await afterAWindow({ tookMs: 2 });
    clock.set(0);
    pace.hurry();
    expect(await beginsWithin(0)).toBe(true);
  });
});
