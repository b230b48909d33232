import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import type { Engine, StreamExplanation } from './engine-api.ts';

/** How many of a stream's last events are named as the reasons of where it is. */
const REASONS = 5;

/** Where a stream is, and the events that brought it there. `undefined`: no such stream. */
export const explained = async (
  engine: Pick<Engine, 'explain' | 'history'>,
  ref: StreamRef,
): Promise<(StreamExplanation & { readonly because: readonly RecordedEvent[] }) | undefined> => {
  const found = await engine.explain(ref);
  if (found === undefined) return undefined;
  const because = await engine.history(ref, Math.max(0, found.version - REASONS), REASONS);
  return { ...found, because };
};
