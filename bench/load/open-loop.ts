import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../harness/statistics.ts';
import type { Send } from './subject.ts';
import { ACTS, stepOf, type Act, type Step } from './workload.ts';

/** Commands at a fixed rate, whether or not the earlier ones are answered. */
export type Schedule = {
  readonly first: number;
  /** Commands a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Acts of each order; its whole life unless said. */
  readonly acts?: readonly Act[];
  /** From one act of an order to the next, seconds: long enough for an answer, so that no act waits for another. */
  readonly pause: number;
};

export type OpenLoopFigures = {
  /** From the instant at which the command was to be sent, ms: waiting to be sent counts. */
  readonly p50: number;
  readonly p99: number;
};

/** Orders in waves: all of one wave are placed, then all are paid, and so on, a pause apart. */
export function* scheduled({ first, rate, seconds, pause, acts = ACTS }: Schedule): Generator<Step> {
  const together = Math.max(1, Math.ceil(rate * pause));
  const waves = Math.max(1, Math.round((rate * seconds) / (together * acts.length)));
  for (let wave = 0; wave < waves; wave++)
    for (const act of acts) for (let i = 0; i < together; i++) yield stepOf(first + wave * together + i, act);
}

/** Sends by the clock and measures from the clock. Rejects where a command is not accepted. */
export const openLoop = async (send: Send, schedule: Schedule): Promise<OpenLoopFigures> => {
  const steps = [...scheduled(schedule)];
  const latencies = new Float64Array(steps.length);
  const underWay = new Map<number, Promise<void>>();
  const started = performance.now();
  const dueOf = (index: number): number => started + (index * 1000) / schedule.rate;

  const perform = async (step: Step, index: number): Promise<void> => {
    await underWay.get(step.order);
    const answer = await send(step);
    if (answer !== 'accepted') throw new Error(`${step.commandId} was answered ${answer}, not accepted`);
    latencies[index] = performance.now() - dueOf(index);
  };
  const all: Promise<void>[] = [];
  for (const [index, step] of steps.entries()) {
    while (performance.now() < dueOf(index)) await sleep(1);
    const done = perform(step, index);
    // Whoever fails is reported at the end, by all of them together.
    done.catch(() => undefined);
    underWay.set(step.order, done);
    all.push(done);
  }
  await Promise.all(all);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
};
