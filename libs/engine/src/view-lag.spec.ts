// How old the views are, and who waits for them: an idle hour is no lag, and nobody is left waiting at a stop.
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '@orderloom/testing';
import type { ViewFeed } from './ports/view-feed.ts';
import { ViewLag } from './view-lag.ts';
import { ViewWaits } from './view-waits.ts';

describe('the age of the views', () => {
  const lagging = (head: number) => {
    const clock = virtualClock(0);
    let shown = 0;
    const lag = new ViewLag(() => shown, head, clock);
    const show = (index: number): void => {
      shown = index;
      lag.shown();
    };
    return { clock, lag, show };
  };

  test('counts from the first event that they do not show, however long nothing was written before it', () => {
    const { clock, lag, show } = lagging(0);
    clock.advance(3_600_000);
    lag.written(1);
    clock.advance(40);
    expect(lag.ms).toBe(40);
    show(1);
    expect(lag.ms).toBe(0);
  });

  test('stays small where they follow a log that never rests', () => {
    const { clock, lag, show } = lagging(0);
    for (let index = 1; index <= 1000; index++) {
      lag.written(index);
      clock.advance(20);
      show(index - 5);
    }
    expect(lag.ms).toBe(100);
  });

  test('counts what was in the log before the start', () => {
    const { clock, lag } = lagging(7);
    clock.advance(30);
    expect(lag.ms).toBe(30);
  });
});

describe('a wait', () => {
  const waits = () => {
    const clock = virtualClock(0);
    const feed = { checkpoint: () => 0, onAdvance: () => () => undefined } as unknown as ViewFeed;
    return { clock, waits: new ViewWaits(feed, clock) };
  };

  test('is answered when the engine stops, and leaves no timer', async () => {
    const { clock, waits: waiting } = waits();
    const answer = waiting.reach(1, 60_000);
    waiting.stop();
    expect(await answer).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  test('after the stop is answered at once', async () => {
    const { waits: waiting } = waits();
    waiting.stop();
    expect(await waiting.reach(1, 60_000)).toBe(false);
  });
});
