import type { ViewReader, ViewStore } from '@orderloom/engine';

/** Both sides of one view store. */
export type ViewStorePlace = {
  readonly store: ViewStore;
  readonly reader: ViewReader;
  /** Resolves when the reader shows what was committed; left out where it does at once. */
  readonly shown?: () => Promise<void>;
  readonly dispose: () => void | Promise<void>;
};
