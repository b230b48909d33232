import type { ListPage } from '@orderloom/engine';

export type Origin = 'cache' | 'source';

/** Stands between a sort key and what a store adds to it; in no sort key. */
const MARK = '\u0001';
/** Stands behind a cursor and before the store that gave it. */
const FROM = '\u0003';

/** A page whose cursor says which store gave it. */
export const marked = (origin: Origin, { documents, next }: ListPage): ListPage => ({
  documents,
  next: next === null ? null : next + FROM + origin,
});

/**
 * Where a store goes on. What another store added to the sort key means nothing to this one: then it goes on behind the
 * sort key alone, which is unique in a list of streams.
 */
export const cursorFor = (origin: Origin, before: string | null): string | null => {
  const [cursor = '', from] = before?.split(FROM) ?? [];
  if (before === null || from === undefined || from === origin) return before === null ? null : cursor;
  return cursor.split(MARK)[0] ?? '';
};
