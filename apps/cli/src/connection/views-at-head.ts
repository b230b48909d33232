import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable } from '../cli-error.ts';
import type { Api } from './api.ts';

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Index of the last event that the views show, and how old they are. */
const asOf = async (api: Api): Promise<{ readonly index: number; readonly lagMs: number }> => {
  const answer = await api.get(`/v1/tenants/${encodeURIComponent(api.tenant)}`);
  return { index: Number(answer.header('as-of-position')), lagMs: Number(answer.header('lag-ms')) };
};

/**
 * Waits until the views show everything that was accepted before the call, and gives the index of the last event.
 * Throws `unreachable` where that takes longer than two minutes.
 */
export const viewsAtHead = async (api: Api): Promise<number> => {
  const until = Date.now() + LIMIT_MS;
  let before = await asOf(api);
  while (Date.now() < until) {
    await sleep(LOOK_EVERY_MS);
    const now = await asOf(api);
    // The lag is counted from when the views were last at the head: twice 0 over 20 ms cannot be a rounded one.
    if (before.lagMs === 0 && now.lagMs === 0 && before.index === now.index) return now.index;
    before = now;
  }
  throw unreachable(
    'views-behind',
    'the views do not reach the end of the log',
    'look at /readyz, then run it again',
  );
};
