import { describe, expect, test } from '@jest/globals';
import { LaneQueue } from './lane-queue.ts';
import { Ripening } from './ripening.ts';

const lanes = () => ({ internal: new LaneQueue(), commands: new LaneQueue(), bulk: new LaneQueue() });
const ends = (commands: number) => ({ internal: 0, commands, bulk: 0 });

describe('deadlines of a partition', () => {
  test('are ripe when its lanes are decided up to the ends that were asked for after they were due', () => {
    const at = lanes();
    const ripening = new Ripening();
    ripening.ask(1000, ends(3));
    at.commands.offer([{ offset: 2, input: { code: 'malformed' } as never, replyTo: null }]);
    ripening.look(at);
    expect(ripening.until).toBe(-Infinity);
    at.commands.decidedUpTo(3);
    ripening.look(at);
    expect(ripening.until).toBe(1000);
  });

  test('of a busy lane ripen: the oldest ask is kept, the newest replaces the ones between', () => {
    const at = lanes();
    const ripening = new Ripening();
    for (const [time, end] of [
      [1000, 3],
      [1200, 5],
      [1400, 9],
    ] as const)
      ripening.ask(time, ends(end));
    at.commands.decidedUpTo(4);
    ripening.look(at);
    expect(ripening.until).toBe(1000);
    at.commands.decidedUpTo(9);
    ripening.look(at);
    expect(ripening.until).toBe(1400);
  });

  test('wait anew after the lanes were dealt out', () => {
    const ripening = new Ripening();
    ripening.ask(1000, ends(0));
    ripening.look(lanes());
    ripening.clear();
    expect(ripening.until).toBe(-Infinity);
  });
});
