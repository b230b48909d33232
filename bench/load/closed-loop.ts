import { quantile } from '../harness/statistics.ts';
import type { Answer, Send } from './subject.ts';
import { jobsOf, stepOf, type Act, type Job, type Step } from './workload.ts';

/** How much to send. Orders are numbered from `first`. */
export type Load = {
  readonly first: number;
  readonly orders: number;
  readonly inFlight: number;
  /** `false`: the subject keeps no memory of commands, so it cannot know one again. */
  readonly knowsDuplicates?: boolean;
};

/** What the callers saw. Only commands that took effect count; the time of the repeated ones is in `ms`. */
export type LoopFigures = {
  readonly accepted: number;
  readonly ms: number;
  /** From sending to the answer, ms; commands that took effect only. */
  readonly p50: number;
  readonly p99: number;
};

/** Every tenth command that took effect is sent once more. */
const REPEAT_EVERY = 10;
const ACTS_OF_AN_ORDER = 4;

const expectAnswer = (step: Step, answer: Answer, expected: Answer): void => {
  if (answer !== expected) throw new Error(`${step.commandId} was answered ${answer}, not ${expected}`);
};

/**
 * `inFlight` callers, each of whom sends its next command when the one before is answered, and every tenth command a
 * second time after its answer. Rejects at the first wrong answer.
 */
export const closedLoop = async (send: Send, load: Load): Promise<LoopFigures> => {
  const latencies = new Float64Array(load.orders * ACTS_OF_AN_ORDER);
  const repeated: Answer = load.knowsDuplicates === false ? 'accepted' : 'duplicate';
  let accepted = 0;

  const perform = async (order: number, act: Act): Promise<void> => {
    const step = stepOf(order, act);
    const started = performance.now();
    expectAnswer(step, await send(step), 'accepted');
    latencies[accepted++] = performance.now() - started;
    if (accepted % REPEAT_EVERY === 0) expectAnswer(step, await send(step), repeated);
  };
  const performAll = async ({ order, acts }: Job): Promise<void> => {
    for (const act of acts) await perform(order, act);
  };

  // The acts of a long-lived order are jobs of their own, and a later one must not overtake an earlier one.
  const underWay = new Map<number, Promise<void>>();
  const performInTurn = (job: Job): Promise<void> => {
    if (job.acts.length > 1) return performAll(job);
    const before = underWay.get(job.order);
    const done = before === undefined ? performAll(job) : before.then(() => performAll(job));
    underWay.set(job.order, done);
    return done;
  };

  const jobs = jobsOf(load.first, load.orders);
  const caller = async (): Promise<void> => {
    for (let next = jobs.next(); next.done !== true; next = jobs.next()) await performInTurn(next.value);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: load.inFlight }, caller));
  const ms = performance.now() - started;
  return { accepted, ms, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
};
