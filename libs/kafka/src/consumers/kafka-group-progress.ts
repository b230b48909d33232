import type { GroupProgress, KeptProgress, OwnedProgress, ParkedEvent } from '@orderloom/engine';
import type { KafkaClient, NewRecord, ReadRecord, TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { fencingProducer } from '../log/fencing-producer.ts';
import { readAll } from '../log/partition-reader.ts';
import { topicNames } from '../topics/topic-names.ts';

export type KafkaGroupProgressOptions = {
  readonly kafka: KafkaClient;
  /** Name of the group; a `/` cannot stand in it. */
  readonly group: string;
  readonly prefix?: string;
};

/** Of one key the topic keeps the last record: one for a group's progress, one for each event that it has parked. */
const recordsOf = (group: string, { index, parked }: KeptProgress, partition: number): NewRecord[] => [
  ...parked.map((event) => ({
    ...{ key: `${group}/${event.streamId}/${event.version}`, value: JSON.stringify(event) },
    partition,
  })),
  { key: group, value: JSON.stringify({ index }), partition },
];

const keptIn = (group: string, messages: readonly ReadRecord[]): KeptProgress => {
  const parked = new Map<string, ParkedEvent>();
  let index = 0;
  for (const { key, value } of messages) {
    const name = key?.toString() ?? '';
    const content: unknown = JSON.parse(value?.toString() ?? 'null');
    if (name === group) ({ index } = content as { index: number });
    else if (name.startsWith(`${group}/`)) parked.set(name, content as ParkedEvent);
  }
  return { index, parked: [...parked.values()] };
};

const take = async (
  { kafka, group }: KafkaGroupProgressOptions,
  { cluster, topic, partition }: { cluster: TopicReader; topic: string; partition: number },
): Promise<OwnedProgress> => {
  const id = `${topic}/${group}/${partition}`;
  const producer = await fencingProducer(kafka, id);
  try {
    const kept = keptIn(group, await readAll(cluster, topic, partition));
    return {
      ...kept,
      keep: async (next) => {
        const messages = recordsOf(group, next, partition);
        await producer.write({ topics: [{ topic, messages }], progress: undefined });
      },
      close: producer.close,
    };
  } catch (error) {
    await producer.close();
    throw logErrorOf(error, `reading the progress of ${group}`);
  }
};

/**
 * How far a group of consumers has come, in a compacted topic with the partitions of the log. One transactional producer
 * a group and partition: whoever takes a partition fences the one before.
 */
export const kafkaGroupProgress = async (options: KafkaGroupProgressOptions): Promise<GroupProgress> => {
  const { consumers: topic } = topicNames(options.prefix);
  const cluster = await options.kafka.reader([topic], 'committed');
  return {
    take: (partition) => take(options, { cluster, topic, partition }),
    close: () => cluster.close(),
  };
};
