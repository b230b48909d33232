import type { Api, Json } from '../connection/api.ts';
import { bodyIn } from '../connection/api.ts';
import { jobOf } from '../connection/job.ts';
import { type Sent, sendCommand } from '../connection/outside-command.ts';
import type { Plan } from './plan.ts';
import type { Look, Step } from './step.ts';

/** Steps after which progress is recorded. */
const RECORD_EVERY = 50;

export type ShopRun = {
  readonly api: Api;
  readonly plan: Plan;
  /** Names the run: seed and size. */
  readonly name: string;
  /** SHA-256 of the name, hex. */
  readonly source: string;
  readonly onProgress: (done: number) => void;
  /** True as soon as the user has had enough. */
  readonly stopped: () => boolean;
};

/** What the engine said to the shop in this run. */
export type ShopReport = {
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Steps that an earlier run had done on the same data. */
  readonly kept: number;
};

/** Ids of the orders as they are placed, and reads that see what was sent last. */
const lookOf = (api: Api) => {
  const ids = new Map<number, string>();
  let position: string | null = null;
  const orderId = (number: number): string => ids.get(number) ?? 'unknown';
  const look: Look = {
    orderId,
    order: async (number): Promise<Json> => {
      const headers: Record<string, string> =
        position === null ? {} : { 'min-position': position, prefer: 'wait=10' };
      return bodyIn(await api.get(`/v1/orders/${orderId(number)}`, headers));
    },
  };
  const saw = (step: Step, sent: Sent): void => {
    if (sent.outcome === 'refused') return;
    position = sent.position ?? position;
    if (step.places !== undefined && sent.orderId !== undefined) ids.set(step.places, sent.orderId);
  };
  return { look, saw };
};

/**
 * Does the plan, one step after the other, so that the engine decides the same on every machine. Goes on where an
 * earlier run on the same data ended.
 */
export const runShop = async (run: ShopRun): Promise<ShopReport & { readonly orderId: Look['orderId'] }> => {
  const { api, plan, name, source } = run;
  const job = jobOf(api, { key: name, kind: 'demo-shop', source, prefix: name });
  const { done: settled, status } = await job.load();
  const { look, saw } = lookOf(api);
  const refused: Record<string, number> = {};
  const counts = { accepted: 0, duplicate: 0 };
  let before: Sent['outcome'] = 'accepted';

  const act = async (step: Step): Promise<void> => {
    // Its first click was answered in an earlier run; by now the second one might count as a new order.
    if (step.clickedAgain && before === 'duplicate') return;
    const sent = await sendCommand(api, `${name}:${step.id}`, await step.command(look));
    before = sent.outcome;
    saw(step, sent);
    if (sent.outcome === 'refused') refused[sent.code] = (refused[sent.code] ?? 0) + 1;
    else counts[sent.outcome] += 1;
  };

  if (status === 'none') await job.start(plan.steps.length);
  for (const step of plan.steps.slice(0, settled)) if (step.places !== undefined) await act(step);
  const relearned = { ...counts };
  for (const [offset, step] of plan.steps.slice(settled).entries()) {
    if (run.stopped()) break;
    await act(step);
    const done = settled + offset + 1;
    if (done % RECORD_EVERY === 0) await job.advance(done, {});
    run.onProgress(done);
  }
  if (status !== 'completed' && !run.stopped()) await job.complete({});
  return {
    accepted: counts.accepted - relearned.accepted,
    duplicate: counts.duplicate - relearned.duplicate,
    ...{ refused, kept: settled, orderId: look.orderId },
  };
};
