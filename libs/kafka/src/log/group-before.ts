import type { ReadRecord, TopicReader } from '../client/client-port.ts';
import type { EventPlace } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { isEvent } from '../records/slot-record.ts';
import { offsetBefore } from './offset-before.ts';

export type GroupBeforeParts = {
  readonly cluster: Pick<TopicReader, 'look' | 'offsets'>;
  readonly topic: string;
  readonly partition: number;
  readonly events: SchemaNumbers;
  /** Throws `log-corrupt` for what is no event. */
  readonly placeOf: (message: ReadRecord) => EventPlace;
};

/** The offset at which reading begins so that event `index` is read: that of a group near it, else the beginning. */
export const groupBefore = async (
  { cluster, topic, partition, events, placeOf }: GroupBeforeParts,
  index: number,
): Promise<number> => {
  const begin = (await cluster.offsets(topic, 'beginning'))[partition] ?? 0;
  if (index <= 0) return begin;
  const end = (await cluster.offsets(topic, 'end'))[partition] ?? 0;
  return offsetBefore(index, { begin, end }, async (start) => {
    for (let from = start; from < end;) {
      const { messages: found, next } = await cluster.look(topic, partition, from);
      const messages = found.filter(isEvent);
      await events.learn(messages.map(({ value }) => value));
      if (messages.length > 0)
        return messages.map((message) => ({ ...placeOf(message), offset: Number(message.offset) }));
      if (next === from) break;
      from = next;
    }
    return [];
  });
};
