import type { Registry } from '@orderloom/decider';
import {
  DeadlineWatch,
  GlobalEvents,
  PartitionOwner,
  Processor,
  systemClock,
  type Clock,
  type Codec,
  type CommandCodec,
  type DeadlineRule,
  type FrameParts,
  type SchemaIds,
  type Snapshot,
} from '@orderloom/engine';
import { decidedSpans } from '@orderloom/tracing';
import type { KafkaClient } from '../client/client-port.ts';
import { fencingProducer } from '../log/fencing-producer.ts';
import { commandRecords } from '../records/command-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { partitionTable } from '../topics/partition-table.ts';
import { processorsGroup, topicNames } from '../topics/topic-names.ts';
import { globalsReader } from './globals-reader.ts';
import { kafkaPartitions } from './kafka-partitions.ts';
import { lanesConsumer, type LanesConsumer } from './lanes-consumer.ts';
import { StuckTransactions } from './stuck-transactions.ts';

export type KafkaProcessorsOptions = {
  readonly kafka: KafkaClient;
  readonly registry: Registry;
  readonly codec: Codec & FrameParts;
  readonly commandCodec: CommandCodec;
  readonly schemaIds: SchemaIds;
  /** Partitions of the topic generation; another count in a topic is refused. */
  readonly partitions: number;
  readonly prefix?: string;
  /** Consumer group, and the beginning of every transactional id. */
  readonly groupId?: string;
  readonly clock?: Clock;
  readonly sessionTimeoutMs?: number;
  readonly onProblem?: (error: unknown) => void;
  /** Follows the partitions of the others, so that taking one over is reading its last events; costs their states in memory. */
  readonly standby?: boolean;
  /** A partition snapshot that somebody has kept: taking the partition for the first time reads only what came later. */
  readonly snapshotOf?: (partition: number) => Snapshot | undefined;
  /** Null controls, for tests only. */
  readonly mechanisms?: {
    readonly fencing?: 'by-partition' | 'by-process';
    readonly deadlines?: DeadlineRule;
    readonly stuckTransactions?: 'ended' | 'left';
  };
};

/** The partition processors of one process. */
export type KafkaProcessors = {
  /** One for each partition there is, by index; open are those that this process owns now. */
  readonly owners: readonly PartitionOwner[];
  readonly globals: GlobalEvents;
  /** Finishes the steps under way, leaves the group and closes everything. */
  readonly stop: () => Promise<void>;
};

/** Joins the group and decides for the partitions that it is given, until it is stopped. */
export const kafkaProcessors = async (options: KafkaProcessorsOptions): Promise<KafkaProcessors> => {
  const { kafka, registry, codec, commandCodec, schemaIds, mechanisms } = options;
  const clock = options.clock ?? systemClock;
  const groupId = options.groupId ?? processorsGroup(options.prefix);
  const onProblem = options.onProblem ?? (() => undefined);
  const names = topicNames(options.prefix);
  const table = partitionTable(options.partitions);
  const events = schemaNumbers(codec, schemaIds);
  const commands = commandRecords(commandCodec, schemaNumbers(commandCodec, schemaIds), options.partitions);
  const globals = new GlobalEvents();
  const offsets = await kafka.committedOffsets();
  const committed = await kafka.reader([names.events, names.parked], 'committed');
  const watermarks = await kafka.reader([names.internal, names.commands, names.bulk], 'uncommitted');
  // A connection of its own: it waits for new events all the time, and a broker answers a connection in order.
  const tailing = await kafka.reader([names.globals], 'committed');
  const globalsTail = await globalsReader({
    ...{ cluster: tailing, topic: names.globals, codec, parts: codec, events, into: globals, onProblem },
  });
  const partitions = kafkaPartitions({
    ...{ kafka, groupId, names, table, parts: codec, events, commands, offsets, committed, watermarks },
    globalsKnown: globalsTail.upToDate,
    globalType: registry.global.type,
    ...(mechanisms?.fencing === undefined ? {} : { fencing: mechanisms.fencing }),
  });
  const onDecided = decidedSpans();
  const group: { consumer?: LanesConsumer } = {};
  const owners = Array.from({ length: options.partitions }, (_, index) => {
    const owns = (slot: number): boolean => table.partitionOf(slot) === index;
    return new PartitionOwner({
      ...{ index, globals, clock, onProblem },
      fresh: () => new Processor({ registry, codec, owns }),
      snapshot: () => options.snapshotOf?.(index),
      acquire: () => partitions.acquire(index),
      follow: options.standby === true ? () => partitions.follow(index) : undefined,
      stillOurs: async () => group.consumer?.stillMember(),
      onStep: () => group.consumer?.moved(index),
      ...(onDecided === undefined ? {} : { onDecided }),
    });
  });
  const consumer = lanesConsumer({
    ...{ kafka, groupId, names, commands, owners, onProblem, now: () => clock.now() },
    ...(options.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: options.sessionTimeoutMs }),
  });
  group.consumer = consumer;
  const watch = new DeadlineWatch({
    ...{ owners, input: partitions.input, clock, onProblem },
    ...(mechanisms?.deadlines === undefined ? {} : { rule: mechanisms.deadlines }),
  });
  const transactions = await kafka.openTransactions();
  const stuck = new StuckTransactions({
    ids: () => owners.filter(({ isOpen }) => !isOpen).map(({ index }) => partitions.transactionalIdOf(index)),
    fence: async (id) => (await fencingProducer(kafka, id)).close(),
    ...{ begun: transactions.begun, clock, onProblem },
  });
  await consumer.start();
  watch.start();
  if (mechanisms?.stuckTransactions !== 'left') stuck.start();
  const close = async (): Promise<void> => {
    await Promise.all([watch.stop(), stuck.stop()]);
    await Promise.all(owners.map((owner) => owner.stop()));
    await consumer.stop();
    await globalsTail.stop();
    await Promise.all([committed.close(), watermarks.close(), tailing.close()]);
    await Promise.all([offsets.close(), transactions.close()]);
  };
  let closing: Promise<void> | undefined;
  return { owners, globals, stop: () => (closing ??= close()) };
};
