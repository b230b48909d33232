import { setTimeout as pause } from 'node:timers/promises';
import type { CommittedOffsets, Side } from '../client/client-port.ts';
import { asked, LibrdkafkaError, librdkafkaError } from './native-calls.ts';
import {
  loadNative,
  type DescribedTopic,
  type GroupAnswer,
  type ListedOffset,
  type NativeError,
  type NativeSettings,
} from './native.ts';

/** What may be asked of a cluster without reading from it, on connections of its own. */
export type ClusterAdmin = {
  /** One offset a partition, in order, of each topic; one request a broker. */
  readonly offsets: (
    topics: readonly string[],
    side: Side,
    isolation: 'committed' | 'uncommitted',
  ) => Promise<ReadonlyMap<string, readonly number[]>>;
  readonly committed: CommittedOffsets['of'];
  readonly close: () => void;
};

const TIMEOUT_MS = 5_000;
const RETRY_WITHIN_MS = 10_000;
const RETRY_MS = 50;
/** Leaders move, and a new topic has none for a moment. */
const PASSING = new Set([
  ...['UNKNOWN_TOPIC_OR_PART', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'UNKNOWN_PARTITION'],
  ...['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE', 'TRANSPORT', 'TIMED_OUT'],
  ...['COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR', 'UNKNOWN_TOPIC'],
]);

const persistently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (const end = Date.now() + RETRY_WITHIN_MS; ;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LibrdkafkaError) || !PASSING.has(error.type) || Date.now() > end) throw error;
      await pause(RETRY_MS);
    }
};

/** Answers come one by one, each perhaps an error. */
const all = <T extends { readonly error?: NativeError }>(answers: readonly T[]): readonly T[] => {
  const failed = answers.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) throw librdkafkaError(failed);
  return answers;
};

const byTopic = <T extends { readonly topic: string }, Made>(
  topics: readonly string[],
  answers: readonly T[],
  make: (found: readonly T[]) => Made,
): ReadonlyMap<string, Made> =>
  new Map(topics.map((name) => [name, make(answers.filter(({ topic }) => topic === name))]));

export const clusterAdmin = (settings: NativeSettings): ClusterAdmin => {
  const native = loadNative();
  const admin = native.AdminClient.create(settings);
  const counts = new Map<string, number>();
  /** Partitions never just grow, so their number is asked for once. */
  const placesOf = async (topics: readonly string[]) => {
    const unknown = topics.filter((topic) => !counts.has(topic));
    if (unknown.length > 0)
      for (const { name, partitions = [] } of all(
        await asked<readonly DescribedTopic[]>((done) => {
          admin.describeTopics(unknown, { timeout: TIMEOUT_MS }, done);
        }),
      ))
        counts.set(name, partitions.length);
    return topics.flatMap((topic) =>
      Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
    );
  };
  return {
    offsets: (topics, side, isolation) =>
      persistently(async () => {
        const offset = side === 'end' ? native.OffsetSpec.LATEST : native.OffsetSpec.EARLIEST;
        const isolationLevel =
          native.IsolationLevel[isolation === 'committed' ? 'READ_COMMITTED' : 'READ_UNCOMMITTED'];
        const places = (await placesOf(topics)).map((place) => ({ ...place, offset }));
        const answers = all(
          await asked<readonly ListedOffset[]>((done) => {
            admin.listOffsets(places, { timeout: TIMEOUT_MS, isolationLevel }, done);
          }),
        );
        return byTopic(topics, answers, (found) => {
          const offsets: number[] = [];
          for (const one of found) offsets[one.partition] = one.offset;
          return offsets;
        });
      }),
    committed: (groupId, topics) =>
      persistently(async () => {
        const partitions = await placesOf(topics);
        const [group] = all(
          await asked<readonly GroupAnswer[]>((done) => {
            admin.listConsumerGroupOffsets([{ groupId, partitions }], { timeout: TIMEOUT_MS }, done);
          }),
        );
        return byTopic(topics, all(group?.partitions ?? []), (found) =>
          found.map(({ partition, offset, metadata }) => ({
            ...{ partition, offset: Math.max(-1, offset), metadata: metadata ?? '' },
          })),
        );
      }),
    close: () => {
      admin.disconnect();
    },
  };
};
