import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable } from '../cli-error.ts';
import type { Api } from './api.ts';

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 20;
/** Ages are told in whole milliseconds, and by another clock's rounding. */
const ROUNDING_MS = 2;

/** Index of the last event that the views show, and the instant up to which they show everything. */
const asOf = async (api: Api): Promise<{ readonly index: number; readonly upTo: number }> => {
  const asked = performance.now();
  const answer = await api.get(`/v1/tenants/${encodeURIComponent(api.tenant)}`);
  // Where they do not show the tenant yet, they say nothing of their age.
  const lagMs = answer.status === 503 ? Infinity : Number(answer.header('lag-ms'));
  return { index: Number(answer.header('as-of-position')), upTo: asked - lagMs - ROUNDING_MS };
};

/**
 * Waits until the views show everything that was accepted before the call, and gives the index of the last event.
 * Throws `unreachable` where that takes longer than two minutes.
 */
export const viewsAtHead = async (api: Api): Promise<number> => {
  const called = performance.now();
  while (performance.now() < called + LIMIT_MS) {
    const { index, upTo } = await asOf(api);
    if (upTo >= called) return index;
    await sleep(LOOK_EVERY_MS);
  }
  throw unreachable(
    'views-behind',
    'the views do not reach the end of the log',
    'look at /readyz, then run it again',
  );
};
