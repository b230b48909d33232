import {
  LANES,
  type FollowedPartition,
  type ForeignLog,
  type FrameParts,
  type InputEnds,
  type InputOffsets,
  type Lane,
  type LaneOffsets,
  type OwnedPartition,
  type ParkedReaction,
} from '@orderloom/engine';
import type { CommittedOffsets, KafkaClient, TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { SharedProducers } from '../log/shared-producers.ts';
import { newMark, PartitionReader, readAll, type LogMark } from '../log/partition-reader.ts';
import { stepOffsets, stepWriter, type StepPlace, type StepWriterParts } from '../log/step-records.ts';
import { readSetAside } from '../records/set-aside-record.ts';
import { shardId, type Shards } from '../topics/shards.ts';

export type KafkaPartitionsParts = StepWriterParts & {
  readonly kafka: KafkaClient;
  readonly groupId: string;
  readonly shards: Shards;
  readonly parts: FrameParts;
  readonly offsets: CommittedOffsets;
  /** Reads what is committed. */
  readonly committed: TopicReader;
  /** Asks for high watermarks, on a connection of its own: it must not wait behind a fetch. */
  readonly watermarks: TopicReader;
  /** Resolves when this process has read of the tenants' own events whatever is committed now. */
  readonly globalsKnown: () => Promise<void>;
  /** Null control for tests: makes each process's transactional ids its own, so that nobody is fenced. */
  readonly fencing?: 'by-shard' | 'by-process';
  readonly placeOf: (partition: number) => StepPlace;
};

/** The partitions of one generation, as this process takes them, and what it may ask about everybody's input there. */
export type KafkaPartitions = Pick<InputEnds, 'ends' | 'committed'> & {
  readonly acquire: (partition: number) => Promise<OwnedPartition>;
  readonly follow: (partition: number) => Promise<FollowedPartition>;
  /** The log of a partition for whoever has to follow a slot that was there: read on from where it was read to. */
  readonly foreignLog: (partition: number) => ForeignLog;
  /** Under which the partition's steps are written, and those of its whole shard. */
  readonly transactionalIdOf: (partition: number) => string;
};

type Kept = { readonly mark: LogMark; readonly parked: ParkedReaction[] };

export const kafkaPartitions = (options: KafkaPartitionsParts): KafkaPartitions => {
  const { groupId, names, committed, watermarks, globalsKnown } = options;
  const { shardOf } = options.shards;
  const recordsOf = stepWriter(options);
  const producers = new SharedProducers(options.kafka);
  const kept = new Map<number, Kept>();
  const suffix = options.fencing === 'by-process' ? `-${String(process.pid)}-${String(Date.now())}` : '';
  const keptOf = (partition: number): Kept => {
    const known = kept.get(partition) ?? { mark: newMark(), parked: [] };
    kept.set(partition, known);
    return known;
  };

  /** What the group has committed of these lanes, by lane and partition. */
  const committedOffsets = async (lanes: readonly Lane[]): Promise<InputOffsets> => {
    const answer = await options.offsets.of(
      groupId,
      lanes.map((lane) => names[lane]),
    );
    const offsets: Partial<Record<Lane, readonly number[]>> = {};
    for (const lane of lanes) {
      const of: number[] = [];
      for (const { partition, offset } of answer.get(names[lane]) ?? []) of[partition] = Math.max(0, offset);
      offsets[lane] = of;
    }
    return offsets;
  };

  const readerOf = (partition: number): PartitionReader =>
    new PartitionReader({
      ...options,
      ...{ cluster: committed, topic: names.events, partition, mark: keptOf(partition).mark },
    });
  const follow = async (partition: number): Promise<FollowedPartition> => {
    const reader = readerOf(partition);
    return { log: { read: (after) => reader.entries(after) }, globalsKnown };
  };
  const transactionalIdOf = (partition: number): string => `${shardId(groupId, shardOf(partition))}${suffix}`;
  const acquire = async (partition: number): Promise<OwnedPartition> => {
    const { mark, parked } = keptOf(partition);
    const place = options.placeOf(partition);
    const producer = await producers.take(transactionalIdOf(partition));
    try {
      const offsets = await committedOffsets(LANES);
      const aside = await readAll(committed, names.parked, partition);
      for (const message of aside.slice(parked.length)) parked.push(readSetAside<ParkedReaction>(message));
      const reader = readerOf(partition);
      // Whoever had it may have decided by what was published a moment ago.
      await globalsKnown();
      return {
        log: { read: (after) => reader.entries(after), parked: () => parked },
        offsets: laneOffsets(offsets, partition),
        decidedUpTo: () => reader.decidedUpTo,
        append: async (step) => {
          const progress = stepOffsets(names, partition, step.offsets);
          const bases = await producer.write({
            topics: recordsOf(step, place),
            progress: progress === undefined ? undefined : { groupId, topics: progress },
          });
          parked.push(...step.parked);
          const base = bases.get(`${names.events}/${String(partition)}`);
          if (base !== undefined)
            Object.assign(mark, { index: step.first + step.count - 1, offset: base + step.count });
        },
        release: producer.close,
      };
    } catch (error) {
      await producer.close();
      throw logErrorOf(error, `taking partition ${String(partition)}`);
    }
  };

  const foreignLog = (partition: number): ForeignLog => {
    const at = { ...options, cluster: committed, topic: names.events, partition };
    const mark = newMark();
    return {
      read: (after) => new PartitionReader({ ...at, mark }).entries(after),
      parked: async () =>
        (await readAll(committed, names.parked, partition)).map((message) =>
          readSetAside<ParkedReaction>(message),
        ),
    };
  };

  return {
    acquire,
    ...{ follow, foreignLog, transactionalIdOf },
    ends: async (lanes) => {
      const answer = await watermarks.ends(lanes.map((lane) => names[lane]));
      return Object.fromEntries(lanes.map((lane) => [lane, answer.get(names[lane]) ?? []]));
    },
    committed: committedOffsets,
  };
};

const laneOffsets = (offsets: InputOffsets, partition: number): LaneOffsets =>
  Object.fromEntries(LANES.map((lane) => [lane, offsets[lane]?.[partition] ?? 0])) as LaneOffsets;
