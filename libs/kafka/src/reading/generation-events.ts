import type { EventPartition, FrameParts, HasRead, PartitionTask } from '@orderloom/engine';
import type { CommittedOffsets, KafkaClient } from '../client/client-port.ts';
import { newMark, type LogMark } from '../log/partition-reader.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import type { LogPlaces } from '../topics/log-places.ts';
import { topicNames } from '../topics/topic-names.ts';
import { followPartition, type PartitionFollowerParts } from './partition-follower.ts';

export type GenerationEventsParts = {
  readonly kafka: KafkaClient;
  readonly offsets: CommittedOffsets;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly groupId: string;
  readonly prefix?: string;
  readonly generation: number;
  readonly places: LogPlaces;
  readonly serve: PartitionTask;
  readonly fail: (error: unknown) => void;
  readonly onProblem: (error: unknown) => void;
};

/** The events of one generation of topics, of those partitions that the group gives to this process. */
export type GenerationEvents = {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Running = { readonly abort: AbortController; readonly ended: Promise<void> };

export const generationEvents = (options: GenerationEventsParts): GenerationEvents => {
  const { kafka, offsets, events, generation, places, onProblem } = options;
  const topic = topicNames(options.prefix, generation).events;
  const groupId = generation === 1 ? options.groupId : `${options.groupId}.v${String(generation)}`;
  const running = new Map<number, Running>();

  const group = kafka.eventGroup({
    ...{ groupId, topic, onProblem },
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
    const found = (await offsets.of(groupId, [topic])).get(topic);
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
      const cluster = await kafka.reader([topic], 'committed');
      try {
        const log = { ...{ cluster, topic, partition, events }, parts: options.parts };
        const index = places.numberOf({ generation, partition });
        await options.serve(eventPartition(log, { index, committedMark, commit }), abort.signal);
      } finally {
        await cluster.close();
      }
    };
    return { abort, ended: serve().catch(options.fail) };
  };
  return {
    start: () => group.start(),
    stop: async () => {
      const all = [...running.values()];
      for (const { abort } of all) abort.abort();
      await Promise.all(all.map(({ ended }) => ended));
      await group.stop();
    },
  };
};

type Progress = {
  /** Number of the partition over all generations. */
  readonly index: number;
  readonly committedMark: (partition: number) => Promise<LogMark>;
  readonly commit: (partition: number, mark: LogMark) => Promise<void>;
};

const eventPartition = (
  log: Omit<PartitionFollowerParts, 'mark' | 'onGroup'>,
  { index: number, committedMark, commit }: Progress,
): EventPartition => {
  const { partition } = log;
  /** Ends of groups that were read and are not in the reader's store yet. */
  let ends: LogMark[] = [];
  async function* read(after: number, signal: AbortSignal, hasRead?: HasRead) {
    ends = [];
    const mark = await committedMark(partition);
    // A slot that has come back unchanged: what it follows was given out here before.
    const hasReadOthers = hasRead && ((from: number, to: number) => from === number || hasRead(from, to));
    yield* followPartition(
      { ...log, mark, hasRead: hasReadOthers, onGroup: (end) => ends.push(end) },
      after,
      signal,
    );
  }
  return {
    partition: number,
    read,
    shown: async (index) => {
      const last = ends.findLast((end) => end.index <= index);
      ends = ends.filter((end) => end.index > index);
      if (last !== undefined) await commit(partition, last);
    },
  };
};
