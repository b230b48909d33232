import {
  EngineError,
  type DeadLetter,
  type EventLog,
  type FrameParts,
  type Group,
  type ParkedReaction,
  type PartitionStep,
} from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import type { CommandRecords } from '../records/command-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { readSetAside } from '../records/set-aside-record.ts';
import type { PartitionTable } from '../topics/partition-table.ts';
import type { TopicNames } from '../topics/topic-names.ts';
import type { FencingProducer } from './fencing-producer.ts';
import { newMark, PartitionReader, readAll } from './partition-reader.ts';
import { stepWriter, type InternalLane, type StepPlace } from './step-records.ts';

export type KafkaEventLogOptions = {
  readonly kafka: KafkaClient;
  readonly names: TopicNames;
  readonly table: PartitionTable;
  readonly partition: number;
  /** A producer that has fenced all others of the partition, each time a new one. */
  readonly takeProducer: () => Promise<FencingProducer>;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly commands: CommandRecords;
  readonly globalType: string;
};

/** A group as a step that comes from no lane. */
const asStep = (group: Group): PartitionStep => ({
  ...group,
  sources: [],
  replies: [],
  progress: [],
  offsets: {},
  moves: [],
});

/**
 * One partition of the events topic as an event log of one owner, for whoever has no lanes. `append` is one
 * transaction; where its outcome is unknown the log itself is asked, under a new fence.
 */
export const kafkaEventLog = async (options: KafkaEventLogOptions): Promise<EventLog> => {
  const { kafka, names, partition, takeProducer } = options;
  const cluster = await kafka.reader([names.events, names.deadLetters, names.parked], 'committed');
  const recordsOf = stepWriter(options);
  const reader = new PartitionReader({ ...options, cluster, topic: names.events, mark: newMark() });
  const laneAt = (to: number): InternalLane => ({ topic: names.internal, partition: to });
  const place: StepPlace = {
    ...{ index: partition, partition, laneAt },
    laneOf: (slot) => laneAt(options.table.partitionOf(slot)),
  };
  let producer: FencingProducer | undefined;
  let fenced: EngineError | undefined;
  const fence = async (): Promise<FencingProducer> => (producer ??= await takeProducer());
  await fence();
  let head = await reader.head();
  const keptIn = async <Kept extends DeadLetter | ParkedReaction>(topic: string): Promise<Kept[]> =>
    (await readAll(cluster, topic, partition)).map((message) => readSetAside<Kept>(message));
  const letters = await keptIn<DeadLetter>(names.deadLetters);
  const parked = await keptIn<ParkedReaction>(names.parked);

  /** What is known after a write that failed: whether the group is in the log after all. */
  const settle = async (group: Group, error: unknown): Promise<void> => {
    await producer?.close();
    producer = undefined;
    if (error instanceof EngineError && error.code === 'log-fenced') {
      fenced = error;
      throw error;
    }
    await fence();
    if (group.count === 0 || (await reader.head()) < group.first) throw error;
  };
  return {
    append: async (group) => {
      if (fenced !== undefined) throw fenced;
      if (group.first !== head + 1)
        throw new RangeError(`group ${String(group.first)} does not follow ${String(head)}`);
      const topics = recordsOf(asStep(group), place);
      if (topics.length === 0) return;
      try {
        const bases = await (await fence()).write({ topics, progress: undefined });
        const base = bases.get(`${names.events}/${String(partition)}`);
        if (base !== undefined) reader.committedUpTo(base + group.count);
      } catch (error) {
        await settle(group, error);
      }
      head += group.count;
      letters.push(...group.deadLetters);
      parked.push(...group.parked);
    },
    read: (after) => reader.groups(after),
    head: () => head,
    parked: () => [...parked],
    deadLetters: (limit) => letters.slice(-limit).reverse(),
    close: async () => {
      await producer?.close();
      await cluster.close();
    },
  };
};
