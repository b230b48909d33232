import type { FrameParts, SchemaIds } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { newMark, PartitionReader } from '../log/partition-reader.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { topicNames } from '../topics/topic-names.ts';

/** Log index of the last committed event of each partition, in order; 0 for an empty one. */
export type EventsHeads = {
  readonly heads: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
};

type Known = { readonly end: number; readonly index: number };

/** Follows how far the log goes, for whoever compares it with how far something else has come. */
export const kafkaEventsHeads = async (options: {
  readonly kafka: KafkaClient;
  readonly codec: FrameParts & Parameters<typeof schemaNumbers>[0];
  readonly schemaIds: SchemaIds;
  readonly prefix?: string;
}): Promise<EventsHeads> => {
  const { kafka, codec, schemaIds } = options;
  const topic = topicNames(options.prefix).events;
  const cluster = await kafka.reader([topic], 'committed');
  const events = schemaNumbers(codec, schemaIds);
  const known = new Map<number, Known>();
  /** The topic is read only where it has grown. */
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
