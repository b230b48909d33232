import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { LanesGroup, LanesGroupParts } from '../client/client-port.ts';
import { stickyAssigner } from './assigner.ts';
import type { Claim } from './dealing.ts';

const HEARTBEAT_MS = 500;
const HEARTBEATS = 2;
const LOOK_MS = 50;
const RESTART_MS = 200;

/**
 * Its consumer's settings. A fetch waits for 20 ms only, since kafkajs hands on nothing before all brokers have answered;
 * and that long, unless much is there: it names every lane anew, so fetching for each record costs the broker half a processor.
 */
const newConsumer = (kafka: Kafka, parts: LanesGroupParts, present: () => Claim): Consumer =>
  kafka.consumer({
    groupId: parts.groupId,
    partitionAssigners: [stickyAssigner(present, parts)],
    sessionTimeout: parts.sessionTimeoutMs,
    rebalanceTimeout: 15_000,
    heartbeatInterval: HEARTBEAT_MS,
    readUncommitted: false,
    minBytes: 131_072,
    maxWaitTimeInMs: 20,
    maxBytesPerPartition: 262_144,
    maxBytes: 4_194_304,
    retry: { retries: 20, restartOnFailure: async () => false },
  });

/**
 * `eachBatch` only hands records on: kafkajs waits for it before it fetches or sends a heartbeat, so whatever takes time
 * happens elsewhere.
 */
export const kafkajsLanesGroup = (kafka: Kafka, parts: LanesGroupParts): LanesGroup => {
  const held = new Map<string, () => void>();
  let present: Claim = { memberId: '', owned: [] };
  let heartbeats = 0;
  let joins = 0;
  let stopping = false;
  /** kafkajs reads everything again from what is committed, whoever owned it before. */
  const joined = (memberId: string, given: readonly number[]): void => {
    joins++;
    held.clear();
    const dealt = [...new Set(given.map(parts.shards.shardOf))];
    const kept = present.owned.filter((shard) => dealt.includes(shard));
    const gained = dealt.filter((shard) => !kept.includes(shard));
    present = { memberId, owned: [...kept, ...gained] };
    parts.onGiven(given, given);
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { topic, partition, messages } = payload.batch;
    const last = messages.at(-1);
    if (last === undefined) return;
    const became = await parts.onRecords(topic, partition, messages);
    if (became === 'stale') return;
    // Only where to fetch on: what is committed goes with the transactions.
    payload.resolveOffset(last.offset);
    if (became === 'full') held.set(`${topic}/${String(partition)}`, payload.pause());
  };

  const listenTo = (consumer: Consumer): void => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      joined(payload.memberId, payload.memberAssignment[parts.topics[0] ?? ''] ?? []);
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
      parts.onReadUpTo(payload.topic, payload.partition, Number(payload.lastOffset) + 1);
    });
  };

  let current: Consumer | undefined;
  let replacing: Promise<void> = Promise.resolve();
  const begin = async (): Promise<void> => {
    const consumer = (current = newConsumer(kafka, parts, () => present));
    listenTo(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [...parts.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch,
    });
  };
  /** kafkajs' own restart goes on with closed connections: another consumer takes the place of one that has crashed. */
  const replace = async (crashed: Consumer): Promise<void> => {
    parts.onGiven([], []);
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
    resume: (topic, partition) => {
      const key = `${topic}/${String(partition)}`;
      held.get(key)?.();
      held.delete(key);
    },
    stop: async () => {
      stopping = true;
      await replacing;
      await current?.disconnect();
    },
  };
};
