import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRef } from '@orderloom/decider';
import type { AliasState } from '@orderloom/domain';
import { isElsewhere, type Engine } from '@orderloom/engine';

/** Stands before the name that another system has for an order, where an order id is asked for: `ext:shop:1001`. */
const FOREIGN = 'ext:';
/** How often a view is looked into that does not show an alias yet, ms. */
const LOOK_EVERY_MS = 50;

/** Whether an order is called by its foreign id. */
export const isForeign = ({ type, key }: StreamRef): boolean => type === 'order' && key.startsWith(FOREIGN);

/** `'elsewhere'`: another process decides about the alias. */
const decidedHere = async (
  engine: Pick<Engine, 'stateOf'>,
  alias: StreamRef,
): Promise<AliasState | undefined | 'elsewhere'> => {
  try {
    return (await engine.stateOf(alias))?.state as AliasState | undefined;
  } catch (error) {
    if (isElsewhere(error)) return 'elsewhere';
    throw error;
  }
};

const shown = async (
  engine: Pick<Engine, 'get'>,
  { tenant, key }: StreamRef,
  waitMs: number,
): Promise<AliasState | undefined> => {
  for (const until = performance.now() + waitMs; ;) {
    const stored = await engine.get('alias', tenant, key);
    if (stored !== undefined) return (stored.document as { readonly state: AliasState }).state;
    if (performance.now() >= until) return undefined;
    await sleep(LOOK_EVERY_MS);
  }
};

/**
 * The order that a foreign id leads to; `undefined`: none. Where another process decides about it the views are asked,
 * and waited for as long as is said. Rejects with `not-available` where there are none.
 */
export const orderBehind = async (
  engine: Pick<Engine, 'stateOf' | 'get'>,
  { tenant, key }: StreamRef,
  waitMs: number,
): Promise<StreamRef | undefined> => {
  const alias = { tenant, type: 'alias', key: key.slice(FOREIGN.length) };
  const here = await decidedHere(engine, alias);
  const state = here === 'elsewhere' ? await shown(engine, alias, waitMs) : here;
  const orderId = state?.orderId ?? null;
  return orderId === null ? undefined : { tenant, type: 'order', key: orderId };
};
