import { EngineError } from '@orderloom/engine';

/** How long a start waits for the partitions that it needs to be open somewhere, ms. */
const PATIENCE_MS = 60_000;

/** Tries again while commands are kept and not decided yet: a group that has just begun has not dealt out its partitions. */
export const untilDecided = async (work: () => Promise<void>): Promise<void> => {
  for (const end = Date.now() + PATIENCE_MS; ;)
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'pending' || Date.now() > end) throw error;
    }
};
