import { instant } from '../instant.ts';
import type { OrderDocument } from '../order-document.ts';
import { summarizeOrder, type OrderSummary } from '../order-presenting.ts';
import type { Stored } from '../stream-view.ts';
import { firstRisk, workInstants } from './work-instants.ts';

/** An order as a list of work shows it. */
export type WorkItem = OrderSummary & {
  /** In every list but `at-risk`: since when it waits. */
  readonly since?: string;
  /** In `at-risk`: when something happens, and what. */
  readonly due?: string;
  readonly why?: string;
  /** Who works on it in that list, and until when. */
  readonly claim: { readonly by: string; readonly until: string } | null;
};

const timesIn = (list: string, document: OrderDocument): Pick<WorkItem, 'since' | 'due' | 'why'> => {
  const risk = list === 'at-risk' ? firstRisk(document) : undefined;
  if (risk !== undefined) return { due: instant(risk.at), why: risk.why };
  const since = workInstants(document)[list];
  return since === undefined ? {} : { since: instant(since) };
};

/** An order as a list of work shows it at an instant: since when it waits, or what is due; and who works on it. */
export const presentWork = (stored: Stored<OrderDocument>, list: string, now: number): WorkItem => {
  const { document } = stored;
  const claim = document.state.handling?.claims.find((one) => one.list === list && one.until > now);
  return {
    ...summarizeOrder(stored),
    ...timesIn(list, document),
    claim: claim === undefined ? null : { by: claim.by, until: instant(claim.until) },
  };
};
