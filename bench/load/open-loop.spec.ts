import { describe, expect, test } from '@jest/globals';
import { openLoop, scheduled } from './open-loop.ts';
import { ACTS, type Step } from './workload.ts';

describe('an open loop', () => {
  test('schedules whole orders, their acts in order and a pause apart', () => {
    const dues = [...scheduled({ first: 10, rate: 100, seconds: 4, pause: 0.4 })];
    const ofOne = dues.flatMap(({ step, turn }) => (step.order === 10 ? [{ act: step.act, turn }] : []));
    expect(ofOne.map(({ act }) => act)).toEqual(ACTS);
    expect(ofOne.map(({ turn }) => turn)).toEqual([0, 41, 82, 123]);
    expect(new Set(dues.map(({ step }) => step.order)).size * ACTS.length).toBe(dues.length);
  });

  test('counts where every act has its turn: as often as each other, and without a gap', () => {
    const counted = [...scheduled({ first: 10, rate: 100, seconds: 4, pause: 0.4 })].filter(
      (due) => due.counts,
    );
    expect(counted).toHaveLength(400);
    expect(counted.map(({ turn }) => turn)).toEqual(counted.map((_, at) => counted[0]!.turn + at));
    for (let at = 0; at < counted.length; at += ACTS.length)
      expect(counted.slice(at, at + ACTS.length).map(({ step }) => step.act)).toEqual(ACTS);
  });

  test('counts the time for which a command waited to be sent', async () => {
    const block = (step: Step) => {
      if (step.commandId === 'order-80-place')
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
    const ofOne = seen.filter((commandId) => commandId.startsWith('order-0-'));
    expect(ofOne).toEqual(ACTS.map((act) => `order-0-${act}`));
  });
});
