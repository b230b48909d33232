import type { StatementDifference } from '../messages/generated/types.ts';

/** `running`: the statement is being looked at. `open`: differences wait for somebody. `settled`: none does. */
type ReconciliationStatus = 'none' | 'running' | 'open' | 'settled';

/** One difference, and how it was settled; `null`: it waits for somebody. */
export type KnownDifference = StatementDifference & {
  readonly differenceId: string;
  readonly resolved: { readonly how: string; readonly reason: string } | null;
};

/** A provider's statement about a day, held against the orders. */
export type ReconciliationState = {
  readonly status: ReconciliationStatus;
  readonly provider: string;
  /** UTC, as 2026-11-27. */
  readonly day: string;
  /** SHA-256 of the statement, hexadecimal. */
  readonly source: string;
  readonly rows: number;
  readonly matched: number;
  /** Movements that the orders have on another day, as `movementName` calls them. */
  readonly elsewhere: readonly string[];
  readonly differences: readonly KnownDifference[];
};

export const noReconciliation: ReconciliationState = {
  ...{
    status: 'none',
    provider: '',
    day: '',
    source: '',
    rows: 0,
    matched: 0,
    elsewhere: [],
    differences: [],
  },
};

/** Key of the stream of a provider's day. */
export const reconciliationKey = (provider: string, day: string): string => `${day}.${provider}`;
