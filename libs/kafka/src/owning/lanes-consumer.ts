import { LANES, type Lane, type PartitionOwner } from '@orderloom/engine';
import type { KafkaClient, LanesGroup, ReadRecord } from '../client/client-port.ts';
import type { CommandRecords } from '../records/command-record.ts';
import type { TopicNames } from '../topics/topic-names.ts';

export type LanesConsumerParts = {
  readonly kafka: Pick<KafkaClient, 'lanesGroup' | 'shards'>;
  readonly groupId: string;
  readonly names: TopicNames;
  readonly commands: CommandRecords;
  /** One for each partition of the generation, in order. */
  readonly owners: readonly PartitionOwner[];
  readonly now: () => number;
  readonly sessionTimeoutMs?: number;
  readonly onProblem: (error: unknown) => void;
};

export type LanesConsumer = Pick<LanesGroup, 'start' | 'stillMember' | 'stop'> & {
  /** To be called when a partition has moved on: a lane that was held back is read on when there is room again. */
  readonly moved: (partition: number) => void;
};

const SESSION_TIMEOUT_MS = 6_000;
/** Records that may wait in a lane before it is held back; the internal lane never is. */
const HIGH_WATER = 5_000;
const LOW_WATER = 1_000;

/** Reads the three lanes of the partitions that the group gives to this process, and hands them to their owners. */
export const lanesConsumer = (parts: LanesConsumerParts): LanesConsumer => {
  const { names, owners, commands } = parts;
  const laneOf = new Map(LANES.map((lane): [string, Lane] => [names[lane], lane]));
  const held = new Set<string>();
  let dealt = 0;

  /** Who stays owner keeps state and producer. */
  const given = (partitions: readonly number[], anew: readonly number[]): void => {
    dealt++;
    for (const [partition, owner] of owners.entries()) {
      const isOurs = partitions.includes(partition);
      if (isOurs && !anew.includes(partition)) continue;
      for (const lane of LANES) held.delete(`${lane}/${String(partition)}`);
      owner.assign(isOurs);
    }
  };

  const offer = async (
    topic: string,
    partition: number,
    messages: readonly ReadRecord[],
  ): Promise<'taken' | 'stale' | 'full'> => {
    const lane = laneOf.get(topic);
    const owner = owners[partition];
    if (lane === undefined || owner === undefined) return 'taken';
    const dealtBefore = dealt;
    await commands.learn(messages.map(({ value }) => value));
    // An unknown schema was asked for meanwhile.
    if (dealtBefore !== dealt) return 'stale';
    const from = { lane, now: parts.now() };
    owner.offer(
      lane,
      messages.map((message) => commands.read(message, from)),
    );
    if (lane === 'internal' || owner.waiting(lane) <= HIGH_WATER) return 'taken';
    held.add(`${lane}/${String(partition)}`);
    return 'full';
  };

  const group = parts.kafka.lanesGroup({
    groupId: parts.groupId,
    topics: LANES.map((lane) => names[lane]),
    partitions: owners.length,
    shards: parts.kafka.shards(owners.length),
    sessionTimeoutMs: parts.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
    onGiven: given,
    onRecords: offer,
    onReadUpTo: (topic, partition, offset) => {
      const lane = laneOf.get(topic);
      if (lane !== undefined) owners[partition]?.readUpTo(lane, offset);
    },
    onProblem: parts.onProblem,
  });
  return {
    start: group.start,
    stillMember: group.stillMember,
    moved: (partition) => {
      for (const lane of LANES) {
        const key = `${lane}/${String(partition)}`;
        if (!held.has(key) || (owners[partition]?.waiting(lane) ?? 0) >= LOW_WATER) continue;
        held.delete(key);
        group.resume(names[lane], partition);
      }
    },
    stop: group.stop,
  };
};
