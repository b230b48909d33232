import type { ViewStore } from '@orderloom/engine';
import { openSearchViews, type SearchViews, type SearchViewsOptions } from './search-views.ts';

/** Views that are opened when they are first needed, and again after they were lost. */
export type KeptViews = {
  readonly store: (part: string) => Promise<ViewStore>;
  readonly close: () => Promise<void>;
};

export const keptViews = (options: SearchViewsOptions): KeptViews => {
  let opening: Promise<SearchViews> | undefined;

  const openedAfter = async (before: SearchViews | undefined): Promise<SearchViews> => {
    // Its stores refuse from now on, so that whoever still has one comes here.
    await before?.close().catch(() => undefined);
    return openSearchViews(options);
  };
  const current = async (): Promise<SearchViews> => {
    const asked = opening;
    const views = await asked?.catch(() => undefined);
    if (views !== undefined && !views.isLost()) return views;
    // Others may have come first while we waited.
    if (opening === undefined || opening === asked) opening = openedAfter(views);
    return opening;
  };
  return {
    store: async (part) => (await current()).store(part),
    close: async () => {
      await (await opening)?.close();
    },
  };
};
