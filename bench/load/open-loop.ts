import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../harness/statistics.ts';
import type { Send } from './subject.ts';
import { ACTS, stepOf, type Act, type Step } from './workload.ts';

/** Commands at a fixed rate, whether or not the earlier ones are answered. */
export type Schedule = {
  readonly first: number;
  /** Commands a second. */
  readonly rate: number;
  /** How long the rate is held, with each act as often as each other. Before it and behind it there are fewer commands. */
  readonly seconds: number;
  /** Acts of each order; its whole life unless said. */
  readonly acts?: readonly Act[];
  /** From one act of an order to the next, seconds: long enough for an answer, so that no act waits for another. */
  readonly pause: number;
};

/** A command and its turn; turns are `1 / rate` seconds apart. */
export type Due = {
  readonly step: Step;
  readonly turn: number;
  /** All acts have their turns around it: the load is the one that was asked for. */
  readonly counts: boolean;
};

export type OpenLoopFigures = {
  /** From the instant at which the command was to be sent, ms: waiting to be sent counts. */
  readonly p50: number;
  readonly p99: number;
};

/**
 * Orders one behind the other, each act of one a pause behind the last, so that every stretch of the run has each act as
 * often. Acts do not cost the same: all orders placed first, and then all paid, would be too much and then too little.
 */
export function* scheduled({ first, rate, seconds, pause, acts = ACTS }: Schedule): Generator<Due> {
  const apart = Math.max(1, Math.ceil((rate * pause) / acts.length));
  const ramp = apart * (acts.length - 1);
  const orders = ramp + Math.max(1, Math.round((rate * seconds) / acts.length));
  for (let round = 0; round < orders + ramp; round++)
    for (const [at, act] of acts.entries()) {
      const order = round - at * apart;
      if (order < 0 || order >= orders) continue;
      const turn = round * acts.length + at;
      yield { step: stepOf(first + order, act), turn, counts: round >= ramp && round < orders };
    }
}

/** Sends by the clock and measures from the clock. Rejects where a command is not accepted. */
export const openLoop = async (send: Send, schedule: Schedule): Promise<OpenLoopFigures> => {
  // Made before the clock runs: making them takes time, too.
  const dues = [...scheduled(schedule)];
  const latencies: number[] = [];
  const underWay = new Map<number, Promise<void>>();
  const started = performance.now();

  const perform = async ({ step, counts }: Due, due: number): Promise<void> => {
    await underWay.get(step.order);
    const answer = await send(step);
    if (answer !== 'accepted') throw new Error(`${step.commandId} was answered ${answer}, not accepted`);
    if (counts) latencies.push(performance.now() - due);
  };
  const all: Promise<void>[] = [];
  for (const one of dues) {
    const due = started + (one.turn * 1000) / schedule.rate;
    while (performance.now() < due) await sleep(1);
    const done = perform(one, due);
    // Whoever fails is reported at the end, by all of them together.
    done.catch(() => undefined);
    underWay.set(one.step.order, done);
    all.push(done);
  }
  await Promise.all(all);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
};
