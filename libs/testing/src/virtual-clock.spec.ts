import { describe, expect, test } from '@jest/globals';
import type { Clock } from '@orderloom/engine';
import { turns, virtualClock } from './virtual-clock.ts';

describe('a virtual clock', () => {
  test('is a clock as the engine takes it', () => {
    const clock: Clock = virtualClock(1_000);
    expect(clock.now()).toBe(1_000);
  });

  test('fires timers in the order of their instants, each at its own', () => {
    const clock = virtualClock(1_000);
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name}@${String(clock.now())}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(31, note('never'));
    clock.advance(30);
    expect(fired).toEqual(['first@1010', 'second@1010', 'late@1020']);
    expect([clock.now(), clock.pending()]).toEqual([1_030, 1]);
  });

  test('fires what a timer sets while time passes', () => {
    const clock = virtualClock(0);
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(95);
    expect(ticks).toBe(9);
  });

  test('forgets a timer that was taken back', () => {
    const clock = virtualClock(0);
    const takeBack = clock.after(10, () => expect(true).toBe(false));
    takeBack();
    clock.advance(100);
    expect(clock.pending()).toBe(0);
  });

  test('set by hand jumps and lets no timer pass', () => {
    const clock = virtualClock(5_000);
    let fired = false;
    clock.after(10, () => (fired = true));
    clock.set(1_000_000);
    clock.set(1_000);
    expect([clock.now(), fired]).toEqual([1_000, false]);
    clock.advance(10);
    expect([clock.now(), fired]).toEqual([1_010, true]);
  });

  test('waits whole turns of the event loop', async () => {
    const seen: number[] = [];
    setImmediate(() => seen.push(1));
    await turns(2);
    expect(seen).toEqual([1]);
  });
});
