import { GlobalEvents, type Codec, type FrameParts, type SchemaIds } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { topicNames } from '../topics/topic-names.ts';
import { globalsReader } from './globals-reader.ts';

export type KafkaGlobalsOptions = {
  readonly kafka: KafkaClient;
  readonly codec: Codec & FrameParts;
  readonly schemaIds: SchemaIds;
  readonly prefix?: string;
  readonly onProblem?: (error: unknown) => void;
};

/** The tenants' own events for a process without partitions, read to their end and then followed. */
export const kafkaGlobals = async (
  options: KafkaGlobalsOptions,
): Promise<{ readonly events: GlobalEvents; readonly stop: () => Promise<void> }> => {
  const { kafka, codec, schemaIds } = options;
  const topic = topicNames(options.prefix).globals;
  const into = new GlobalEvents();
  const cluster = await kafka.reader([topic], 'committed');
  const reader = await globalsReader({
    ...{ cluster, topic, codec, into, parts: codec, events: schemaNumbers(codec, schemaIds) },
    onProblem: options.onProblem ?? (() => undefined),
  });
  return {
    events: into,
    stop: async () => {
      await reader.stop();
      await cluster.close();
    },
  };
};
