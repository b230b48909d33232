import type { ParkedGroups, ParkedOfGroup } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { readAll } from '../log/partition-reader.ts';
import { readGenerations } from '../topics/generations.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { topicNames } from '../topics/topic-names.ts';
import { parkedIn, wishRecord } from './consumer-records.ts';

export type ParkedGroupsOptions = {
  readonly kafka: KafkaClient;
  readonly prefix?: string;
};

/** Where an event is parked: a group's progress through a partition of the log is kept in one of its own. */
type Parked = { readonly topic: string; readonly partition: number; readonly event: ParkedOfGroup };

/** Reads all that every group keeps: what is parked is looked at by people, and seldom. */
const readParked = async ({ kafka, prefix }: ParkedGroupsOptions): Promise<readonly Parked[]> => {
  const partitions = await partitionsOf(kafka, prefix);
  const { counts } = await readGenerations({ kafka, prefix, partitions });
  const topics = counts.map((_, before) => topicNames(prefix, before + 1).consumers);
  const reader = await kafka.reader(topics, 'committed');
  try {
    const found: Parked[] = [];
    for (const [before, topic] of topics.entries())
      for (let partition = 0; partition < (counts[before] ?? 0); partition++)
        for (const event of parkedIn(await readAll(reader, topic, partition)))
          found.push({ topic, partition, event });
    return found;
  } finally {
    await reader.close();
  }
};

const inOrder = (one: ParkedOfGroup, other: ParkedOfGroup): number =>
  one.recordedAt - other.recordedAt || one.version - other.version;

/** What groups of consumers have parked in the topics of an engine, for whoever looks after them. */
export const kafkaParkedGroups = (options: ParkedGroupsOptions): ParkedGroups => {
  const { kafka } = options;
  const read = (): Promise<readonly Parked[]> =>
    readParked(options).catch((error: unknown) => {
      throw logErrorOf(error, 'reading what consumers have parked');
    });
  return {
    parked: async () => (await read()).map(({ event }) => event).sort(inOrder),
    redrive: async (group, streamIds) => {
      const asked = (await read()).filter(
        ({ event: { handler, streamId } }) =>
          handler === group && (streamIds === 'all' || streamIds.includes(streamId)),
      );
      const wishes = new Map(
        asked.map(({ topic, partition, event: { streamId } }) => [
          `${topic}/${String(partition)}/${streamId}`,
          { topic, record: wishRecord(group, streamId, partition) },
        ]),
      );
      const producer = await kafka.producer();
      try {
        for (const topic of new Set(asked.map((one) => one.topic))) {
          const records = [...wishes.values()].filter((wish) => wish.topic === topic);
          await producer.send(
            topic,
            records.map(({ record }) => record),
          );
        }
      } catch (error) {
        throw logErrorOf(error, `asking ${group} for a redrive`);
      } finally {
        await producer.close();
      }
      return new Set(asked.map(({ event }) => event.streamId)).size;
    },
  };
};
