import { setTimeout as sleep } from 'node:timers/promises';

/** Until when something that was appended is not yet shown. */
export type ShowTimes = {
  readonly appended: (id: string) => void;
  /** Resolves when all that were appended are shown: how long each took, ms. Rejects where one is not shown in time. */
  readonly all: () => Promise<readonly number[]>;
};

/**
 * Looks again and again which of some documents are shown. `look` is given those that are not yet, oldest first, and gives
 * those that are. What it shows is late by the time between two looks at most.
 */
export const showTimes = (
  look: (waiting: readonly string[]) => Promise<Iterable<string>>,
  { everyMs, patienceMs }: { readonly everyMs: number; readonly patienceMs: number },
): ShowTimes => {
  const since = new Map<string, number>();
  const took: number[] = [];
  const state = { last: performance.now(), isOver: false };
  const watch = async (): Promise<void> => {
    while (!state.isOver || since.size > 0) {
      if (since.size === 0) state.last = performance.now();
      else
        for (const id of await look([...since.keys()])) {
          const appended = since.get(id);
          if (appended === undefined) continue;
          since.delete(id);
          state.last = performance.now();
          took.push(state.last - appended);
        }
      if (performance.now() - state.last > patienceMs)
        throw new Error(`${String(since.size)} orders are not shown after ${String(patienceMs)} ms`);
      await sleep(everyMs);
    }
  };
  const watching = watch();
  watching.catch(() => undefined);
  return {
    appended: (id) => void since.set(id, performance.now()),
    all: async () => {
      state.isOver = true;
      await watching;
      return took;
    },
  };
};
