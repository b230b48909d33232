import type { Progress } from '../import/progress.ts';
import type { Rows } from './rows.ts';
import type { Kept, Purpose, Target } from './target.ts';

/** About so much text is held in memory, and written again after a kill. */
const BATCH_CHARACTERS = 256 * 1024;

export type ExportRun = {
  readonly rows: Rows;
  readonly target: Target;
  readonly purpose: Purpose;
  /** Where an earlier run has come to. */
  readonly kept: Kept | undefined;
  readonly progress: Progress;
  readonly batch?: number;
};

/** Writes every row, the first ones only where they are not there yet; gives how many there are now. */
export const runExport = async ({
  rows,
  target,
  purpose,
  kept,
  progress,
  batch = BATCH_CHARACTERS,
}: ExportRun): Promise<number> => {
  let [place, count] = [kept?.place ?? null, kept?.rows ?? 0];
  let text = place === null ? rows.header : '';
  const flush = async (): Promise<void> => {
    await target.write(text);
    target.save({ ...purpose, place, rows: count });
    text = '';
    progress.at(count);
  };
  // The position is fixed from here on, whatever happens.
  if (kept === undefined) target.save({ ...purpose, place, rows: 0 });
  for await (const row of rows.from(place)) {
    text += row.line;
    ({ place } = row);
    count++;
    if (text.length >= batch) await flush();
  }
  await flush();
  progress.stop();
  target.finish();
  return count;
};
