import type { RecordedEvent } from '@orderloom/decider';
import type { OrderEvent } from '@orderloom/domain';
import { instant } from '../instant.ts';
import { noBalances, posted, postingsOf, type Balances, type Posting } from './postings.ts';

/** What one event of an order has posted; amounts in minor units. */
export type LedgerEntry = {
  readonly orderId: string;
  readonly version: number;
  readonly type: string;
  /** RFC 3339. */
  readonly at: string;
  readonly currency: string;
  readonly postings: readonly Posting[];
};

/** What an order has posted, event by event. `history`: all its events, from the first. */
export const entriesOf = (history: readonly RecordedEvent[]): readonly LedgerEntry[] => {
  const [placed] = history;
  if (placed === undefined) return [];
  const { currency } = placed.data as { readonly currency: string };
  let balances: Balances = noBalances;
  return history.flatMap(({ stream, version, type, data, recordedAt }) => {
    const postings = postingsOf({ type, data } as OrderEvent, balances);
    balances = posted(balances, postings);
    if (postings.length === 0) return [];
    return [{ orderId: stream.key, version, type, at: instant(recordedAt), currency, postings }];
  });
};

type Summed = { readonly unit: string; readonly name: string; readonly amount: bigint };

/**
 * Currency -> account -> balance, as a text of digits: the orders of a merchant add up to more than a JSON reader need
 * count exactly. Positive: debit; all of one currency together are 0. An account that has nothing is left out: not every store
 * keeps that it once had something.
 */
export const ledgerBalances = (
  sums: readonly Summed[],
): Readonly<Record<string, Readonly<Record<string, string>>>> => {
  const byCurrency: Record<string, Record<string, string>> = {};
  for (const { unit, name, amount } of sums)
    if (amount !== 0n) (byCurrency[unit] ??= {})[name] = String(amount);
  return byCurrency;
};
