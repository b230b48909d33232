import type { Clock } from '@orderloom/engine';

export type AbsentDocuments = {
  /** Nobody had this document when `claimed` was the newest that readers had been told of. */
  readonly note: (view: string, id: string, claimed: number) => void;
  /** True while the note is fresh, and readers have been told of nothing newer. */
  readonly has: (view: string, id: string, claimed: number) => boolean;
};

/** A document that was absent is asked for again after so long, ms, spread by half of it in both directions. */
const FRESH_MS = 1000;
/** More notes than this are forgotten all together: they are worth little. */
const MOST_NOTES = 10_000;

/** What is not there, so that a wrong id that is asked for again and again costs the views behind the cache nothing. */
export const absentDocuments = ({
  clock,
  random,
}: {
  readonly clock: Clock;
  readonly random: () => number;
}): AbsentDocuments => {
  const notes = new Map<string, { readonly until: number; readonly claimed: number }>();
  return {
    note: (view, id, claimed) => {
      if (notes.size >= MOST_NOTES) notes.clear();
      notes.set(`${view}/${id}`, { until: clock.now() + FRESH_MS * (0.5 + random()), claimed });
    },
    has: (view, id, claimed) => {
      const note = notes.get(`${view}/${id}`);
      if (note === undefined) return false;
      if (note.claimed === claimed && clock.now() < note.until) return true;
      notes.delete(`${view}/${id}`);
      return false;
    },
  };
};
