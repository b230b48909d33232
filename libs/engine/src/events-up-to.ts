import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import type { Engine } from './engine-api.ts';

/** Events that are read at a time: commands and other readers have their turn in between. */
const PAGE = 500;

/** The first events of a stream, so many at most, out of the stream store. O(events). */
export const eventsUpTo = async (
  engine: Pick<Engine, 'history'>,
  stream: StreamRef,
  most: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  while (events.length < most) {
    const wanted = Math.min(PAGE, most - events.length);
    const page = await engine.history(stream, events.length, wanted);
    events.push(...page);
    if (page.length < wanted) break;
  }
  return events;
};
