import {
  OpenSlots,
  PartitionOwner,
  Processor,
  type Clock,
  type ForeignLog,
  type GlobalEvents,
  type InputEnds,
} from '@orderloom/engine';
import { decidedSpans } from '@orderloom/tracing';
import type { CommittedOffsets } from '../client/client-port.ts';
import type { CommandRecords } from '../records/command-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import type { InternalLane, StepPlace } from '../log/step-records.ts';
import type { FollowedGenerations } from '../topics/follow-generations.ts';
import { processorsGroup, topicNames } from '../topics/topic-names.ts';
import { kafkaPartitions, type KafkaPartitions } from './kafka-partitions.ts';
import { lanesConsumer, type LanesConsumer } from './lanes-consumer.ts';
import type { KafkaProcessorsOptions } from './processors-options.ts';

export type GenerationParts = KafkaProcessorsOptions & {
  readonly offsets: CommittedOffsets;
  readonly clock: Clock;
  readonly onProblem: (error: unknown) => void;
  readonly events: SchemaNumbers;
  readonly commands: CommandRecords;
  readonly globals: GlobalEvents;
  readonly globalsKnown: () => Promise<void>;
  readonly generations: FollowedGenerations;
  /** The log of a partition of whatever generation. */
  readonly foreign: (index: number) => ForeignLog;
};

/** The partitions of one generation of topics, in this process. */
export type KafkaGeneration = Pick<InputEnds, 'ends' | 'committed'> & {
  readonly owners: readonly PartitionOwner[];
  readonly foreignLog: KafkaPartitions['foreignLog'];
  /** Transactional ids of the shards of which no partition is open in this process. */
  readonly idsElsewhere: () => readonly string[];
  /** Joins the group. */
  readonly start: () => Promise<void>;
  /** Finishes the steps under way and leaves the group. */
  readonly stop: () => Promise<void>;
};

const laneAt =
  ({ prefix, generations }: GenerationParts) =>
  (index: number): InternalLane => {
    const { generation, partition } = generations.places().placeOf(index);
    return { topic: topicNames(prefix, generation).internal, partition };
  };

/** Which slots a partition has, and where they are to be. */
const slotsOf = ({ generations }: GenerationParts, generation: number, index: number) => {
  const slots = new OpenSlots({
    belongs: (slot) => generations.places().partitionOf(slot, generation) === index,
    before: generation === 1 ? undefined : (slot) => generations.places().partitionOf(slot, generation - 1),
  });
  const wantedAt = (): ((slot: number) => number) | undefined => {
    const { wanted } = generations.now();
    return wanted === generation ? undefined : (slot) => generations.places().partitionOf(slot, wanted);
  };
  return { slots, wantedAt };
};

/** Opens what one generation needs; nobody owns anything yet. */
export const kafkaGeneration = async (
  parts: GenerationParts,
  generation: number,
): Promise<KafkaGeneration> => {
  const { kafka, registry, codec, clock, commands, events, generations, globals, mechanisms, onProblem } =
    parts;
  const names = topicNames(parts.prefix, generation);
  const groupId = processorsGroup(parts.prefix, generation);
  const { partitions: count } = generations.places().table(generation);
  const committed = await kafka.reader([names.events, names.parked], 'committed');
  const watermarks = await kafka.reader([names.internal, names.commands, names.bulk], 'uncommitted');
  const indexOf = (partition: number): number => generations.places().numberOf({ generation, partition });
  const moving = Array.from({ length: count }, (_, partition) =>
    slotsOf(parts, generation, indexOf(partition)),
  );
  const placeOf = (partition: number): StepPlace => ({
    ...{ index: indexOf(partition), partition, laneAt: laneAt(parts) },
    laneOf: (slot) =>
      laneAt(parts)(
        moving[partition]?.slots.whereIs(slot) ?? generations.places().partitionOf(slot, generation),
      ),
  });
  const partitions = kafkaPartitions({
    ...{
      kafka,
      groupId,
      names,
      shards: kafka.shards(count),
      parts: codec,
      events,
      commands,
      committed,
      watermarks,
      placeOf,
    },
    ...{ offsets: parts.offsets, globalsKnown: parts.globalsKnown, globalType: registry.global.type },
    ...(mechanisms?.fencing === undefined ? {} : { fencing: mechanisms.fencing }),
  });
  const onDecided = decidedSpans();
  const group: { consumer?: LanesConsumer } = {};
  // Null control: the first generation goes on deciding slots that it has given away.
  const isUnfenced = mechanisms?.slots === 'unfenced' && generation === 1;
  const owners = moving.map(({ slots, wantedAt }, partition) => {
    const index = indexOf(partition);
    const owns = (slot: number): boolean => slots.isOpen(slot) || (isUnfenced && slots.belongs(slot));
    return new PartitionOwner({
      ...{ index, globals, clock, onProblem, moving: { slots, wantedAt, foreign: parts.foreign } },
      fresh: () => new Processor({ registry, codec, owns, onAlarm: parts.onAlarm }),
      // What a snapshot holds says nothing of slots that have moved.
      snapshot: () => (generations.places().generations > 1 ? undefined : parts.snapshotOf?.(index)),
      acquire: () => partitions.acquire(partition),
      follow: parts.standby === true ? () => partitions.follow(partition) : undefined,
      stillOurs: async () => group.consumer?.stillMember(),
      onStep: () => group.consumer?.moved(partition),
      ...(onDecided === undefined ? {} : { onDecided }),
    });
  });
  const consumer = lanesConsumer({
    ...{ kafka, groupId, names, commands, owners, onProblem, now: () => clock.now() },
    ...(parts.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: parts.sessionTimeoutMs }),
  });
  group.consumer = consumer;
  return {
    ...{ owners, foreignLog: partitions.foreignLog, ends: partitions.ends, committed: partitions.committed },
    idsElsewhere: () => {
      const ids = owners.map((_, partition) => partitions.transactionalIdOf(partition));
      const here = new Set(ids.filter((_, partition) => owners[partition]?.isOpen));
      return [...new Set(ids)].filter((id) => !here.has(id));
    },
    start: consumer.start,
    stop: async () => {
      await Promise.all(owners.map((owner) => owner.stop()));
      await consumer.stop();
      await Promise.all([committed.close(), watermarks.close()]);
    },
  };
};
