import type {
  Codec,
  EventPartition,
  EventSource,
  FrameParts,
  PartitionTask,
  SchemaIds,
} from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { newMark, type LogMark } from '../log/partition-reader.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { topicNames } from '../topics/topic-names.ts';
import { committedGlobals } from './committed-globals.ts';
import { followPartition, type PartitionFollowerParts } from './partition-follower.ts';

export type KafkaEventSourceOptions = {
  readonly kafka: KafkaClient;
  readonly codec: Codec & FrameParts;
  readonly schemaIds: SchemaIds;
  /** Processes of one group share the partitions. */
  readonly groupId: string;
  readonly prefix?: string;
  readonly onProblem?: (error: unknown) => void;
};

type Running = { readonly abort: AbortController; readonly ended: Promise<void> };

/** The read-committed events topic for views and other followers. `run` joins the group and returns after `stop`. */
export const kafkaEventSource = async (options: KafkaEventSourceOptions): Promise<EventSource> => {
  const { kafka, codec, schemaIds, groupId, onProblem = () => undefined } = options;
  const names = topicNames(options.prefix);
  const events = schemaNumbers(codec, schemaIds);
  const shared = await kafka.reader([names.globals], 'committed');
  const offsets = await kafka.committedOffsets();
  const running = new Map<number, Running>();
  let task: PartitionTask | undefined;
  let fail: (error: unknown) => void = () => undefined;
  let tellStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (tellStopped = resolve));

  const group = kafka.eventGroup({
    ...{ groupId, topic: names.events, onProblem },
    onGiven: (given) => {
      for (const [partition, { abort }] of running)
        if (!given.includes(partition)) {
          abort.abort();
          running.delete(partition);
        }
      for (const partition of given) if (!running.has(partition)) running.set(partition, begin(partition));
    },
  });

  /** Where the group says that this partition has been read to: only a shortcut, the reader's checkpoint counts. */
  const committedMark = async (partition: number): Promise<LogMark> => {
    const found = (await offsets.of(groupId, [names.events])).get(names.events);
    const kept = found?.find((one) => one.partition === partition);
    const [index, offset] = [Number(kept?.metadata ?? 0), kept?.offset ?? -1];
    return index > 0 && offset > 0 ? { index, offset } : newMark();
  };
  const commit = (partition: number, mark: LogMark): Promise<void> =>
    // A group that is being dealt out takes no offsets; the next window's will do.
    group.commit(partition, mark).catch(onProblem);
  const begin = (partition: number): Running => {
    const abort = new AbortController();
    const serve = async (): Promise<void> => {
      const cluster = await kafka.reader([names.events], 'committed');
      try {
        const log = { cluster, topic: names.events, partition, parts: codec, events };
        await task?.(eventPartition(log, { committedMark, commit }), abort.signal);
      } finally {
        await cluster.close();
      }
    };
    return { abort, ended: serve().catch((error: unknown) => fail(error)) };
  };

  return {
    run: async (given) => {
      task = given;
      const failed = new Promise<never>((_, reject) => (fail = reject));
      failed.catch(() => undefined);
      await group.start();
      await Promise.race([failed, stopped]);
    },
    globals: committedGlobals({ cluster: shared, topic: names.globals, parts: codec, events }),
    stop: async () => {
      const all = [...running.values()];
      for (const { abort } of all) abort.abort();
      await Promise.all(all.map(({ ended }) => ended));
      await group.stop();
      await Promise.all([shared.close(), offsets.close()]);
      tellStopped();
    },
  };
};

type Progress = {
  readonly committedMark: (partition: number) => Promise<LogMark>;
  readonly commit: (partition: number, mark: LogMark) => Promise<void>;
};

const eventPartition = (
  log: Omit<PartitionFollowerParts, 'mark' | 'onGroup'>,
  { committedMark, commit }: Progress,
): EventPartition => {
  const { partition } = log;
  /** Ends of groups that were read and are not in the reader's store yet. */
  let ends: LogMark[] = [];
  async function* read(after: number, signal: AbortSignal) {
    ends = [];
    const mark = await committedMark(partition);
    yield* followPartition({ ...log, mark, onGroup: (end) => ends.push(end) }, after, signal);
  }
  return {
    partition,
    read,
    shown: async (index) => {
      const last = ends.findLast((end) => end.index <= index);
      ends = ends.filter((end) => end.index > index);
      if (last !== undefined) await commit(partition, last);
    },
  };
};
