export type { KafkaClient } from './client/client-port.ts';
export { kafkaClient } from './client/kafka-client.ts';
export type { KafkaSettings } from './client/kafka-settings.ts';
export { commandWriter } from './edge/command-writer.ts';
export { kafkaSender, type KafkaSender, type KafkaSenderOptions } from './edge/kafka-sender.ts';
export {
  kafkaGroupProgress,
  type KafkaGroupProgress,
  type KafkaGroupProgressOptions,
} from './consumers/kafka-group-progress.ts';
export { kafkaParkedGroups, type ParkedGroupsOptions } from './consumers/kafka-parked-groups.ts';
export { kafkaJs } from './kafkajs/kafkajs-client.ts';
export { kafkaEventLog, type KafkaEventLogOptions } from './log/kafka-event-log.ts';
export { kafkaPartitionLogs, type PartitionLogs } from './log/partition-logs.ts';
export { kafkaGlobals, type KafkaGlobalsOptions } from './owning/kafka-globals.ts';
export { kafkaProcessors, type KafkaProcessors } from './owning/kafka-processors.ts';
export type { KafkaProcessorsOptions } from './owning/processors-options.ts';
export { committedLog, type CommittedLog } from './reading/committed-log.ts';
export { kafkaEventsHeads, type EventsHeads } from './reading/events-heads.ts';
export {
  kafkaEventSource,
  type KafkaEventSource,
  type KafkaEventSourceOptions,
} from './reading/kafka-event-source.ts';
export { inSlotOrder, type PlacedGroup } from './reading/in-slot-order.ts';
export { kafkaLogTail, type KafkaLogTail, type TailPiece } from './reading/kafka-log-tail.ts';
export { eventReader, type EventRecord } from './records/event-record.ts';
export { schemaNumbers, type SchemaNumbers } from './records/schema-numbers.ts';
export { ACCESS_ROLES, grantAccess, type AccessGrant, type AccessRole } from './topics/topic-access.ts';
export { applyTopics, type AppliedTopic } from './topics/apply-topics.ts';
export {
  generationsState,
  growTopics,
  planGrowth,
  switchSlots,
  type GenerationsState,
} from './topics/grow-topics.ts';
export { LogPlaces } from './topics/log-places.ts';
export { partitionsOf } from './topics/partitions-of.ts';
export { partitionTable, type PartitionTable } from './topics/partition-table.ts';
export { consumersGroup, topicNames, type TopicNames } from './topics/topic-names.ts';
export type { Durability } from './topics/topic-settings.ts';
