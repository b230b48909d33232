import type { Registry } from '@orderloom/decider';
import type { Codec, CommandCodec, EventLog, FrameParts, SchemaIds, WriterSchema } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { commandRecords } from '../records/command-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { partitionTable } from '../topics/partition-table.ts';
import { shardId } from '../topics/shards.ts';
import { processorsGroup, topicNames } from '../topics/topic-names.ts';
import { kafkaEventLog } from './kafka-event-log.ts';
import { SharedProducers } from './shared-producers.ts';

export type PartitionLogsOptions = {
  readonly kafka: KafkaClient;
  readonly registry: Pick<Registry, 'global'>;
  readonly codec: Codec & FrameParts;
  readonly commandCodec: CommandCodec;
  readonly schemaIds: SchemaIds;
  /** How the schemas of the frames are numbered that will be appended, from 1 without a gap. */
  readonly schemas: readonly WriterSchema[];
  readonly partitions: number;
  readonly prefix?: string;
};

/** The partitions of an engine's log, to be filled by somebody who has a log already. */
export type PartitionLogs = {
  readonly partitionOf: (slot: number) => number;
  /** Fences the partition's processor, should there be one. */
  readonly open: (partition: number) => Promise<EventLog>;
};

/** Throws `schema-not-published` where the registry lacks one of the schemas. */
export const kafkaPartitionLogs = (options: PartitionLogsOptions): PartitionLogs => {
  const { kafka, registry, codec, commandCodec, schemaIds, schemas, partitions, prefix } = options;
  if (schemas.some(({ id }, index) => id !== index + 1))
    throw new TypeError('the schemas are not numbered from 1 without a gap');
  const events = schemaNumbers({ schemas: () => schemas, bind: codec.bind }, schemaIds);
  const commands = commandRecords(commandCodec, schemaNumbers(commandCodec, schemaIds), partitions);
  const table = partitionTable(partitions);
  const producers = new SharedProducers(kafka);
  const { shardOf } = kafka.shards(partitions);
  return {
    partitionOf: table.partitionOf,
    open: (partition) =>
      kafkaEventLog({
        ...{ kafka, table, partition, events, commands, parts: codec, names: topicNames(prefix) },
        takeProducer: () => producers.take(shardId(processorsGroup(prefix), shardOf(partition))),
        globalType: registry.global.type,
      }),
  };
};
