import { expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { Targets } from './targets.ts';

test('calls to one target wait for each other, and never for those to another', async () => {
  const targets = new Targets();
  const running: string[] = [];
  const ends: (() => void)[] = [];
  const call = (target: string): Promise<void> =>
    targets.run(target, async () => {
      running.push(target);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const calls = Array.from({ length: 36 }, () => call('slow'));
  expect([running.length, targets.isFull('slow')]).toEqual([4, true]);
  calls.push(call('quick'));
  expect([running.at(-1), targets.isFull('quick')]).toEqual(['quick', false]);
  while (ends.length > 0) {
    for (const end of ends.splice(0)) end();
    await turns();
  }
  await Promise.all(calls);
  expect([running.length, targets.isFull('slow')]).toEqual([37, false]);
});
