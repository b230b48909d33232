import { claimedBy, claimedInstant } from './work-instants.ts';

/** Whose work is asked for: that of nobody, of somebody, or of whoever is named. */
type ClaimedBy = { readonly nobody: true } | { readonly somebody: true } | { readonly actor: string };

export type WorkAsked = {
  readonly list: string;
  /** What time it is in the tenant, ms. */
  readonly now: number;
  /** How far ahead what is at risk is looked for, ms. */
  readonly withinMs: number;
  /** `null`: whoever's. */
  readonly claimed: ClaimedBy | null;
};

/** How many minutes ahead what is at risk is looked for: at most a week. */
export const WITHIN_MINUTES = { usual: 60, most: 7 * 24 * 60 };

/** What is asked of a view store, in the words of its port: a list of work is a queue. */
export type WorkQuestion = {
  readonly queue: { readonly instant: string; readonly until: number | null };
  readonly later: readonly { readonly instant: string; readonly than: number; readonly isLater: boolean }[];
  readonly lists: readonly string[];
};

export const workQuestion = ({ list, now, withinMs, claimed }: WorkAsked): WorkQuestion => ({
  queue: { instant: list, until: list === 'at-risk' ? now + withinMs : null },
  later:
    claimed === null ? [] : [{ instant: claimedInstant(list), than: now, isLater: !('nobody' in claimed) }],
  lists: claimed !== null && 'actor' in claimed ? [claimedBy(list, claimed.actor)] : [],
});
