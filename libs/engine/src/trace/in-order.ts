import { streamIdOf, type RecordedEvent } from '@orderloom/decider';

/** Which of two events of different streams is told first: the earlier one, and at one instant what is nearer to the outside. */
const isBefore = (one: RecordedEvent, other: RecordedEvent): boolean =>
  one.recordedAt === other.recordedAt ? one.hops < other.hops : one.recordedAt < other.recordedAt;

/** Events of several streams as they happened: those of one stream in its order. O(events * streams). */
export const inOrder = (events: readonly RecordedEvent[]): readonly RecordedEvent[] => {
  const byStream = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const id = streamIdOf(event.stream);
    byStream.set(id, [...(byStream.get(id) ?? []), event]);
  }
  const streams = [...byStream.values()].map((some) => some.sort((a, b) => b.version - a.version));
  const told: RecordedEvent[] = [];
  while (told.length < events.length) {
    const first = streams.reduce((best, some) => {
      const [next, least] = [some.at(-1), best.at(-1)];
      return next !== undefined && (least === undefined || isBefore(next, least)) ? some : best;
    });
    const next = first.pop();
    if (next !== undefined) told.push(next);
  }
  return told;
};
