import { setTimeout as pause } from 'node:timers/promises';
import { LANES, type Lane, type PartitionOwner } from '@orderloom/engine';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { CommandRecords } from '../records/command-record.ts';
import type { TopicNames } from '../topics/topic-names.ts';
import { stickyAssigner } from './assigner.ts';
import type { Claim } from './dealing.ts';

export type LanesConsumerParts = {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly names: TopicNames;
  readonly commands: CommandRecords;
  /** One for each partition there is, by index. */
  readonly owners: readonly PartitionOwner[];
  readonly now: () => number;
  readonly sessionTimeoutMs?: number;
  readonly onProblem: (error: unknown) => void;
};

export type LanesConsumer = {
  readonly start: () => Promise<void>;
  /** Resolves when the group has confirmed this member twice, or has been dealt out anew. */
  readonly stillMember: () => Promise<void>;
  /** To be called when a partition has moved on: a lane that was held back is read on when there is room again. */
  readonly moved: (partition: number) => void;
  /** Reads no more and leaves the group, so that others take over at once. */
  readonly stop: () => Promise<void>;
};

const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 500;
/** Records that may wait in a lane before it is held back; the internal lane never is. */
const HIGH_WATER = 5_000;
const LOW_WATER = 1_000;
const HEARTBEATS = 2;
const LOOK_MS = 50;
const RESTART_MS = 200;

/**
 * Reads the three lanes of the partitions that the group gives to this process. `eachBatch` only hands records on:
 * kafkajs waits for it before it fetches or sends a heartbeat, so whatever takes time happens elsewhere.
 */
export const lanesConsumer = (parts: LanesConsumerParts): LanesConsumer => {
  const { names, owners, commands } = parts;
  const laneOf = new Map(LANES.map((lane): [string, Lane] => [names[lane], lane]));
  const held = new Map<string, () => void>();
  let present: Claim = { memberId: '', owned: [] };
  let heartbeats = 0;
  let joins = 0;
  let stopping = false;
  /** Everything is read again from what is committed; who stays owner keeps state and producer. */
  const joined = (memberId: string, given: readonly number[]): void => {
    joins++;
    held.clear();
    const kept = present.owned.filter((partition) => given.includes(partition));
    const gained = given.filter((partition) => !kept.includes(partition));
    present = { memberId, owned: [...kept, ...gained] };
    for (const owner of owners) owner.assign(given.includes(owner.index));
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { topic, partition, messages } = payload.batch;
    const lane = laneOf.get(topic);
    const owner = owners[partition];
    const last = messages.at(-1);
    if (lane === undefined || owner === undefined || last === undefined) return;
    const joinsBefore = joins;
    await commands.learn(messages.map(({ value }) => value));
    // While an unknown schema was asked for, the group may have been dealt out anew: these will come again.
    if (joinsBefore !== joins) return;
    const from = { lane, now: parts.now() };
    owner.offer(
      lane,
      messages.map((message) => commands.read(message, from)),
    );
    // Only where to fetch on: what is committed goes with the transactions.
    payload.resolveOffset(last.offset);
    if (lane !== 'internal' && owner.waiting(lane) > HIGH_WATER)
      held.set(`${lane}/${String(partition)}`, payload.pause());
  };

  const newConsumer = (): Consumer => {
    const consumer = parts.kafka.consumer({
      groupId: parts.groupId,
      partitionAssigners: [stickyAssigner(() => present, owners.length)],
      sessionTimeout: parts.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      rebalanceTimeout: 15_000,
      heartbeatInterval: HEARTBEAT_MS,
      readUncommitted: false,
      minBytes: 1,
      maxWaitTimeInMs: 20,
      maxBytesPerPartition: 262_144,
      maxBytes: 4_194_304,
      retry: { retries: 20, restartOnFailure: async () => false },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      joined(payload.memberId, payload.memberAssignment[names.commands] ?? []);
    });
    consumer.on(consumer.events.HEARTBEAT, () => {
      heartbeats++;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      parts.onProblem(payload.error);
      replacing = replace(consumer);
    });
    // Batches of nothing but transaction markers never reach `eachBatch`, and an internal lane always ends with one.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const lane = laneOf.get(payload.topic);
      if (lane !== undefined) owners[payload.partition]?.readUpTo(lane, Number(payload.lastOffset) + 1);
    });
    return consumer;
  };

  let current: Consumer | undefined;
  let replacing: Promise<void> = Promise.resolve();
  const begin = async (): Promise<void> => {
    const consumer = (current = newConsumer());
    await consumer.connect();
    await consumer.subscribe({ topics: LANES.map((lane) => names[lane]), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch,
    });
  };
  /** kafkajs' own restart goes on with closed connections: another consumer takes the place of one that has crashed. */
  const replace = async (crashed: Consumer): Promise<void> => {
    for (const owner of owners) owner.assign(false);
    await crashed.disconnect().catch(parts.onProblem);
    while (!stopping)
      try {
        await pause(RESTART_MS);
        await begin();
        return;
      } catch (error) {
        parts.onProblem(error);
      }
  };

  return {
    start: begin,
    stillMember: async () => {
      const [beats, joinsBefore] = [heartbeats, joins];
      while (!stopping && joins === joinsBefore && heartbeats < beats + HEARTBEATS) await pause(LOOK_MS);
    },
    moved: (partition) => {
      for (const lane of LANES) {
        const key = `${lane}/${String(partition)}`;
        const resume = held.get(key);
        if (resume === undefined || (owners[partition]?.waiting(lane) ?? 0) >= LOW_WATER) continue;
        held.delete(key);
        resume();
      }
    },
    stop: async () => {
      stopping = true;
      await replacing;
      await current?.disconnect();
    },
  };
};
