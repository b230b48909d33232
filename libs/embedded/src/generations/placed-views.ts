import {
  fedGenerations,
  firstPlacement,
  placementAfter,
  type Placement,
  type PlacementStep,
} from '@orderloom/engine';
import { dropViewFiles, placementFile, type ViewsWorker } from '@orderloom/sqlite';
import { FedViews, type OpenedViews } from './fed-views.ts';

export type PlacedViewsOptions = {
  readonly folder: string;
  /** Which folds this build has: generations of others are deleted. */
  readonly folds: string;
  readonly head: () => number;
  readonly open: (generation: string) => Promise<ViewsWorker>;
};

/** The views of a folder as its placement says, and the steps from one placement to the next. */
export type PlacedViews = {
  readonly placement: Placement;
  readonly views: FedViews;
  /** Takes a step, durably before it is seen. */
  readonly step: (step: PlacementStep) => Promise<void>;
};

export const openPlacedViews = async ({
  folder,
  folds,
  head,
  open,
}: PlacedViewsOptions): Promise<PlacedViews> => {
  const file = placementFile(folder);
  const found = file.read();
  let placement = found?.folds === folds ? found : firstPlacement(folds, (found?.version ?? 0) + 1);
  if (placement !== found) file.replace(found, placement);
  dropViewFiles(folder, fedGenerations(placement));

  const opened = async (generation: string): Promise<OpenedViews> => ({
    generation,
    views: await open(generation),
  });
  const views = new FedViews(await opened(placement.live), head);
  try {
    if (placement.beside !== null) views.take(await opened(placement.beside.generation));
  } catch (error) {
    await views.feed.stop();
    throw error;
  }

  const step = async (asked: PlacementStep): Promise<void> => {
    const next = placementAfter(placement, asked);
    if (next === placement) return;
    file.replace(placement, next);
    placement = next;
    if (asked.kind === 'swap' || asked.kind === 'rollback') {
      views.exchange();
      return;
    }
    if (next.beside?.generation === views.beside?.generation) return;
    await views.drop();
    dropViewFiles(folder, fedGenerations(next));
    if (next.beside !== null) views.take(await opened(next.beside.generation));
  };
  return {
    get placement() {
      return placement;
    },
    views,
    step,
  };
};
