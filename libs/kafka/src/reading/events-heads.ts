import type { FrameParts, SchemaIds } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { newMark, PartitionReader } from '../log/partition-reader.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { topicNames } from '../topics/topic-names.ts';

/** Log index of the last committed event of each partition, of all generations in order; 0 for an empty one. */
export type EventsHeads = {
  readonly heads: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
};

export type EventsHeadsOptions = {
  readonly kafka: KafkaClient;
  readonly codec: FrameParts & Parameters<typeof schemaNumbers>[0];
  readonly schemaIds: SchemaIds;
  readonly prefix?: string;
  readonly onProblem?: (error: unknown) => void;
};

type Known = { readonly end: number; readonly index: number };

/** One generation's topic, read only where it has grown. */
const headsOf = async (options: EventsHeadsOptions, generation: number): Promise<EventsHeads> => {
  const { codec, schemaIds } = options;
  const topic = topicNames(options.prefix, generation).events;
  const cluster = await options.kafka.reader([topic], 'committed');
  const events = schemaNumbers(codec, schemaIds);
  const known = new Map<number, Known>();
  const headOf = async (partition: number, end: number): Promise<number> => {
    const before = known.get(partition);
    if (before?.end === end) return before.index;
    const reader = new PartitionReader({
      ...{ cluster, topic, partition, parts: codec, events },
      mark: newMark(),
    });
    const index = await reader.head();
    known.set(partition, { end, index });
    return index;
  };
  return {
    heads: async () => {
      const ends = await cluster.offsets(topic, 'end');
      return Promise.all(ends.map((end, partition) => headOf(partition, end)));
    },
    close: () => cluster.close(),
  };
};

/** Follows how far the log goes, for whoever compares it with how far something else has come. */
export const kafkaEventsHeads = async (options: EventsHeadsOptions): Promise<EventsHeads> => {
  const { kafka, prefix, onProblem = () => undefined } = options;
  const partitions = await partitionsOf(kafka, prefix);
  const generations = await followGenerations({ kafka, prefix, partitions, onProblem });
  const opened: EventsHeads[] = [await headsOf(options, 1)];
  return {
    // One look at a time: whoever asks waits for the answer.
    heads: async () => {
      while (opened.length < generations.places().generations)
        opened.push(await headsOf(options, opened.length + 1));
      return (await Promise.all(opened.map((one) => one.heads()))).flat();
    },
    close: async () => {
      await generations.stop();
      await Promise.all(opened.map((one) => one.close()));
    },
  };
};
