import type { NewRecord, TopicOffsets, TopicRecords } from '../client/client-port.ts';
import type { Written } from './fencing-producer.ts';

/** What a record has beside its value, headers above all; roughly, in bytes. */
const RECORD_BYTES = 1 << 10;

/** About so many bytes are written. O(records). */
export const sizeOf = ({ topics }: Written): number => {
  let size = 0;
  for (const { messages } of topics)
    for (const { value } of messages) size += RECORD_BYTES + (value === null ? 0 : value.length);
  return size;
};

/** Lists by topic, those of one topic put one behind the other in their order; a topic with nothing is left out. O(items). */
const joined = <Item>(all: Iterable<readonly [string, readonly Item[]]>): [string, Item[]][] => {
  const found = new Map<string, Item[]>();
  for (const [topic, items] of all) {
    if (items.length === 0) continue;
    const before = found.get(topic);
    if (before === undefined) found.set(topic, [...items]);
    else before.push(...items);
  }
  return [...found];
};

/** Each topic once. */
export const topicsOf = (records: readonly TopicRecords[]): readonly TopicRecords[] =>
  joined<NewRecord>(records.map(({ topic, messages }) => [topic, messages])).map(([topic, messages]) => ({
    topic,
    messages,
  }));

/** What several steps of one group write, as one transaction takes it. */
export const joinWrites = (all: readonly Written[]): Written => {
  const [first] = all;
  if (all.length === 1 && first !== undefined) return first;
  const topics = topicsOf(all.flatMap((one) => one.topics));
  const progress = all.flatMap((one) => one.progress ?? []);
  const offsets = joined<TopicOffsets['partitions'][number]>(
    progress.flatMap((one) => one.topics.map(({ topic, partitions }) => [topic, partitions] as const)),
  ).map(([topic, partitions]) => ({ topic, partitions }));
  const [some] = progress;
  return { topics, progress: some === undefined ? undefined : { groupId: some.groupId, topics: offsets } };
};
