import { instant } from '../instant.ts';
import type { OrderDocument } from '../order-document.ts';
import { summarizeOrder } from '../order-presenting.ts';
import type { Stored } from '../stream-view.ts';
import { firstRisk } from './work-instants.ts';

const timesIn = (list: string, document: OrderDocument): object => {
  const { readyAt, owedAt } = document.work;
  const risk = list === 'at-risk' ? firstRisk(document) : undefined;
  if (risk !== undefined) return { due: instant(risk.at), why: risk.why };
  const since = list === 'to-ship' ? readyAt : owedAt;
  return since === null ? {} : { since: instant(since) };
};

/** An order as a list of work shows it at an instant: since when it waits, or what is due; and who works on it. */
export const presentWork = (stored: Stored<OrderDocument>, list: string, now: number): object => {
  const { document } = stored;
  const claim = document.state.handling?.claims.find((one) => one.list === list && one.until > now);
  return {
    ...summarizeOrder(stored),
    ...timesIn(list, document),
    claim: claim === undefined ? null : { by: claim.by, until: instant(claim.until) },
  };
};
