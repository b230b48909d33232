import { randomUUID } from 'node:crypto';
import { jsonCodec, jsonCommands, memorySchemaIds, type FrameParts } from '@orderloom/engine';
import type { Kafka } from 'kafkajs';
import type { KafkaClient } from '../client/client-port.ts';
import { kafkaClient } from '../client/kafka-client.ts';
import type { KafkaLibrary } from '../client/kafka-settings.ts';
import { kafkaJs } from '../kafkajs/kafkajs-client.ts';
import { commandRecords, type CommandRecords } from '../records/command-record.ts';
import { schemaNumbers, type SchemaNumbers } from '../records/schema-numbers.ts';
import { applyTopics } from '../topics/apply-topics.ts';
import { partitionTable, type PartitionTable } from '../topics/partition-table.ts';
import { topicNames, type TopicNames } from '../topics/topic-names.ts';

/** Topics of one test: nobody else has their names. */
export type ExampleTopics = {
  readonly kafka: KafkaClient;
  /** Somebody else's client. */
  readonly stranger: Kafka;
  readonly prefix: string;
  readonly names: TopicNames;
  readonly table: PartitionTable;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly commands: CommandRecords;
};

/** A registry that has published the JSON schema of the example codecs, under an id that needs more than 16 bits. */
const FIRST_ID = 100_001;

/** Makes topics of a new name on a broker, to be used through one of the libraries. */
export const exampleTopics = async (
  brokers: readonly string[],
  partitions: number,
  client: KafkaLibrary,
): Promise<ExampleTopics> => {
  const cluster = { brokers, clientId: 'spec' };
  const kafka = kafkaClient({ ...cluster, client });
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  await applyTopics(kafkaJs(cluster), { partitions, durability: 'dev', prefix });
  const codec = jsonCodec();
  const commandCodec = jsonCommands();
  const registry = memorySchemaIds(codec.schemas(), FIRST_ID);
  return {
    ...{ kafka, stranger: kafkaJs(cluster) },
    prefix,
    names: topicNames(prefix),
    table: partitionTable(partitions),
    parts: codec,
    events: schemaNumbers(codec, registry),
    commands: commandRecords(commandCodec, schemaNumbers(commandCodec, registry), partitions),
  };
};
