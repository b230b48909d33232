import { describe, expect, test } from '@jest/globals';
import { openLoop, scheduled } from './open-loop.ts';
import { ACTS, type Step } from './workload.ts';

describe('an open loop', () => {
  test('schedules whole orders, their acts in order and a pause apart', () => {
    const steps = [...scheduled({ first: 10, rate: 100, seconds: 4, pause: 0.5 })];
    const ofOne = steps.flatMap(({ order, act }, at) => (order === 10 ? [{ act, at }] : []));
    expect(ofOne.map(({ act }) => act)).toEqual(ACTS);
    expect(ofOne.map(({ at }) => at)).toEqual([0, 50, 100, 150]);
    expect(steps).toHaveLength(400);
  });

  test('counts the time for which a command waited to be sent', async () => {
    const block = (step: Step) => {
      if (step.commandId === 'order-0-place')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    };
    const send = async (step: Step) => {
      block(step);
      return 'accepted' as const;
    };
    const { p50, p99 } = await openLoop(send, { first: 0, rate: 1000, seconds: 0.4, pause: 0.1 });
    expect(p99).toBeGreaterThan(80);
    expect(p50).toBeLessThan(50);
  });

  test('does not let an act overtake the one before it', async () => {
    const seen: string[] = [];
    const send = async ({ commandId, act }: Step) => {
      if (act === 'place') await new Promise((resolve) => setTimeout(resolve, 30));
      seen.push(commandId);
      return 'accepted' as const;
    };
    await openLoop(send, { first: 0, rate: 1000, seconds: 0.004, pause: 0.001 });
    expect(seen).toEqual(ACTS.map((act) => `order-0-${act}`));
  });
});
