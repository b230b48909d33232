import type { StoredGroup } from '@orderloom/engine';
import type { Measurement } from '../harness/bench.ts';

/** See `writtenFigures`. */
export const WRITTEN_UNITS = {
  written: 'documents/s',
  documents: 'documents',
  events: 'events',
  'events shown': 'events/s',
};

/** What it comes to that the documents of a log were written in so many seconds. */
export const writtenFigures = (
  groups: readonly StoredGroup[],
  documents: number,
  seconds: number,
): Measurement => {
  const events = groups.reduce((sum, { count }) => sum + count, 0);
  return { written: documents / seconds, documents, events, 'events shown': events / seconds };
};
