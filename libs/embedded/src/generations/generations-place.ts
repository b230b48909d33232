import type { GenerationsPlace } from '@orderloom/engine';
import { compareInThread, workerEntry, type ViewsWorker } from '@orderloom/sqlite';
import type { PlacedViews } from './placed-views.ts';

/** The generations of a data folder's views, each compared in a thread of its own. */
export const generationsPlace = (
  placed: PlacedViews,
  folder: string,
  head: () => number,
): GenerationsPlace => {
  const viewsOf = (generation: string): ViewsWorker => {
    const { live, beside } = placed.views;
    return beside?.generation === generation ? beside.views : live.views;
  };
  return {
    placement: () => placed.placement,
    step: placed.step,
    shownUpTo: (generation) => viewsOf(generation).checkpoint(),
    advanced: (generation, signal) => nextAdvance(viewsOf(generation), signal),
    head,
    compare: (generation, onProgress, signal) =>
      compareInThread({
        ...{ folder, generation, onProgress, signal },
        entry: workerEntry('../comparing-worker-entry', import.meta.url),
      }),
  };
};

const nextAdvance = (views: ViewsWorker, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      off();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const off = views.onAdvance(end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
