import type { StoredGroup } from './event-log.ts';
import type { ViewReader } from './view-store.ts';

/**
 * Where the engine hands committed groups to its views. Feeding never waits: a feed that cannot keep up
 * drops what it was given and reads the log from its checkpoint.
 */
export type ViewFeed = {
  /** Takes a committed group; the bytes belong to the feed from now on. */
  readonly feed: (group: StoredGroup) => void;
  /** Somebody waits until the views show `index`; a feed that lets events gather does not any longer. */
  readonly wanted?: (index: number) => void;
  /** Log index of the last event that every view shows. */
  readonly checkpoint: () => number;
  /** Calls back after each advance of the checkpoint; returns the unsubscription. */
  readonly onAdvance: (listener: () => void) => () => void;
  readonly reader: ViewReader;
  readonly stop: () => Promise<void>;
};
