import { describe, expect, test } from '@jest/globals';
import { closedLoop } from './closed-loop.ts';
import type { Answer } from './subject.ts';
import { ACTS, type Step } from './workload.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Takes commands in its own time, and remembers them. */
const memory = (turns: (step: Step) => number = () => 1) => {
  const seen: string[] = [];
  const most = { inFlight: 0 };
  let inFlight = 0;
  const send = async (step: Step): Promise<Answer> => {
    most.inFlight = Math.max(most.inFlight, ++inFlight);
    for (let i = turns(step); i > 0; i--) await turn();
    inFlight--;
    const answer = seen.includes(step.commandId) ? 'duplicate' : 'accepted';
    seen.push(step.commandId);
    return answer;
  };
  return { send, seen, most };
};

describe('a closed loop', () => {
  test('sends every command once, and every tenth a second time', async () => {
    const { send, seen } = memory();
    const figures = await closedLoop(send, { first: 0, orders: 50, inFlight: 8 });
    expect(figures.accepted).toBe(200);
    expect(seen).toHaveLength(220);
    expect(new Set(seen).size).toBe(200);
  });

  test('keeps as many commands in flight as it was told', async () => {
    const { send, most } = memory();
    await closedLoop(send, { first: 0, orders: 100, inFlight: 8 });
    expect(most.inFlight).toBe(8);
  });

  test('keeps the acts of an order in their order, even where an answer takes long', async () => {
    const { send, seen } = memory(({ order, act }) => (order === 0 && act === 'place' ? 200 : 1));
    await closedLoop(send, { first: 0, orders: 30, inFlight: 8 });
    const acts = [...new Set(seen)].filter((id) => id.startsWith('order-0-')).map((id) => id.slice(8));
    expect(acts).toEqual(ACTS);
  });

  test('ends at the first wrong answer', async () => {
    const forgetful = { first: 0, orders: 20, inFlight: 4 };
    const running = closedLoop(async () => 'accepted', forgetful);
    await expect(running).rejects.toThrow('was answered accepted, not duplicate');
  });
});
