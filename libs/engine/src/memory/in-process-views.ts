import type { StoredGroup } from '../ports/event-log.ts';
import type { ViewFeed } from '../ports/view-feed.ts';
import type { ViewReader } from '../ports/view-store.ts';
import type { Projector } from '../projector.ts';

/**
 * Views folded in the engine's own thread: for tests and for small embedded use.
 * A projector that throws stops the feed, and `checkpoint` stays where it was.
 */
export const inProcessViews = async (projector: Projector, reader: ViewReader): Promise<ViewFeed> => {
  let checkpoint = await projector.checkpointIndex();
  let queue: StoredGroup[] = [];
  let running: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const groups = queue;
      queue = [];
      await projector.apply(groups);
      checkpoint = await projector.checkpointIndex();
      for (const listener of listeners) listener();
    }
  };
  const run = (): void => {
    running ??= drain().finally(() => {
      running = undefined;
    });
    running.catch(() => undefined);
  };
  return {
    feed: (group) => {
      queue.push(group);
      run();
    },
    checkpoint: () => checkpoint,
    onAdvance: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reader,
    stop: async () => {
      await running;
      await reader.close();
    },
  };
};
