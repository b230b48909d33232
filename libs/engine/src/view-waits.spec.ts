import { expect, test } from '@jest/globals';
import { virtualClock } from '@orderloom/testing';
import { memoryViewStore } from './memory/memory-view-store.ts';
import type { ViewFeed } from './ports/view-feed.ts';
import { ViewWaits } from './view-waits.ts';

/** Views at event 5, which note what is wanted of them. */
const someViews = () => {
  const { reader } = memoryViewStore();
  const wanted: number[] = [];
  const listeners: (() => void)[] = [];
  let checkpoint = 5;
  const feed: ViewFeed = {
    feed: () => undefined,
    wanted: (index) => wanted.push(index),
    checkpoint: () => checkpoint,
    onAdvance: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
    reader,
    stop: async () => undefined,
  };
  const advance = (index: number): void => {
    checkpoint = index;
    for (const listener of listeners) listener();
  };
  const clock = virtualClock(0);
  return { waits: new ViewWaits(feed, clock), clock, wanted, advance };
};

test('whoever waits for the views says for what', async () => {
  const { waits, wanted, advance } = someViews();
  const arrived = waits.reach(7, 1000);
  expect(wanted).toEqual([7]);
  advance(8);
  expect(await arrived).toBe(true);
});

test('whoever need not wait hurries nobody', async () => {
  const { waits, wanted } = someViews();
  expect(await waits.reach(5, 1000)).toBe(true);
  expect(wanted).toEqual([]);
});

test('a wait ends with its time, or with the waits', async () => {
  const { waits, clock } = someViews();
  const timed = waits.reach(7, 1000);
  const stopped = waits.reach(7, 5000);
  clock.advance(1000);
  expect(await timed).toBe(false);
  waits.stop();
  expect(await stopped).toBe(false);
});
