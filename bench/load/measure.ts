import type { Measurement } from '../harness/bench.ts';
import { closedLoop, type LoopFigures } from './closed-loop.ts';
import type { Subject } from './subject.ts';

/** How a subject is driven: first some orders that do not count, then those that do. */
export type Drive = {
  readonly warmUp: number;
  readonly orders: number;
  readonly inFlight: number;
  readonly knowsDuplicates?: boolean;
  /** Called between the two. */
  readonly onWarm?: () => void;
};

/**
 * Commands a second twice over: until the last of them was answered, and, where the subject has views, until the last
 * of them shows. Rejects where the subject's own books do not have exactly the commands that were accepted.
 */
export const measureClosedLoop = async (subject: Subject, drive: Drive): Promise<Measurement> => {
  const { warmUp, orders, ...rest } = drive;
  await closedLoop(subject.send, { ...rest, first: 0, orders: warmUp });
  await subject.settled?.();
  drive.onWarm?.();
  const before = await subject.effects?.();
  const started = performance.now();
  const loop = await closedLoop(subject.send, { ...rest, first: warmUp, orders });
  await subject.settled?.();
  const settledMs = performance.now() - started;
  const after = await subject.effects?.();
  if (before !== undefined && after !== undefined) expectEffects(after - before, loop);
  const rate = (ms: number): number => (loop.accepted * 1000) / ms;
  return {
    commands: loop.accepted,
    accepted: rate(loop.ms),
    ...(subject.settled ? { sustained: rate(settledMs) } : {}),
    p50: loop.p50,
    p99: loop.p99,
  };
};

const expectEffects = (effects: number, { accepted }: LoopFigures): void => {
  if (effects !== accepted) throw new Error(`${accepted} commands were accepted, ${effects} took effect`);
};
