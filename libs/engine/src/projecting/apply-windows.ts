import type { StoredGroup } from '../ports/event-log.ts';
import type { Projector } from '../projector.ts';

export type Applied = {
  /** Told after each window that is in the store, one after the other. */
  readonly onShown?: () => void | Promise<void>;
  /** Told at once where one is not: `windows` may have none for a long time, and need bring no more. */
  readonly onFailure?: () => void;
};

/**
 * Applies windows as they come, each being folded while the one before is written. Ends when all are in the store, and
 * throws what the first of them throws that is not.
 */
export const applyWindows = async (
  projector: Pick<Projector, 'apply'>,
  windows: AsyncIterable<readonly StoredGroup[]> | Iterable<readonly StoredGroup[]>,
  { onShown = () => undefined, onFailure = () => undefined }: Applied = {},
): Promise<void> => {
  const showBehind = async (before: Promise<void>, applied: Promise<void>): Promise<void> => {
    await Promise.all([before, applied]);
    await onShown();
  };
  let shown: Promise<void> = Promise.resolve();
  for await (const groups of windows) {
    const before = shown;
    shown = showBehind(before, projector.apply(groups));
    shown.catch(onFailure);
    await before;
  }
  await shown;
};
