import { setImmediate as turn } from 'node:timers/promises';
import type { Codec, EventPartition, GroupFollowing, ParkedGroups, StoredGroup } from '@orderloom/engine';
import { openConsumerFile, type ConsumerFile, type SqliteLog } from '@orderloom/sqlite';
import type { NoticedLog } from './noticed-log.ts';

export type Followers = {
  readonly follow: (group: string) => Promise<GroupFollowing>;
  /** What groups have parked. */
  readonly parked: ParkedGroups;
  /** Ends whoever follows. */
  readonly stop: () => Promise<void>;
};

/** Read at a time, on the thread that decides. */
const BATCH_BYTES = 256 * 1024;

const nextBatch = (log: SqliteLog, after: number): readonly StoredGroup[] => {
  const groups: StoredGroup[] = [];
  let bytes = 0;
  for (const group of log.read(after)) {
    groups.push(group);
    bytes += group.frames.byteLength;
    if (bytes >= BATCH_BYTES) break;
  }
  return groups;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

const partitionOf = (log: NoticedLog): EventPartition => ({
  partition: 0,
  read: async function* (after, signal) {
    for (let index = after; !signal.aborted;) {
      const groups = log.head() > index ? nextBatch(log, index) : [];
      const last = groups.at(-1);
      if (last === undefined) {
        await log.appended(signal);
        continue;
      }
      index = last.first + last.count - 1;
      yield groups;
      // Commands that have come meanwhile go first.
      await turn();
    }
  },
  shown: () => undefined,
});

/** The log of an engine in this process for groups of consumers. A group's second member waits until the first has stopped. */
export const followersOf = (folder: string, log: NoticedLog, codec: Codec): Followers => {
  let opened: ConsumerFile | undefined;
  const file = (): ConsumerFile => (opened ??= openConsumerFile(folder));
  const turns = new Map<string, Promise<void>>();
  const members = new Set<() => Promise<void>>();
  const sourceOf = (group: string): GroupFollowing['source'] => {
    const stopping = new AbortController();
    let running: Promise<void> = Promise.resolve();
    const stop = async (): Promise<void> => {
      members.delete(stop);
      stopping.abort();
      await running.catch(() => undefined);
    };
    members.add(stop);
    return {
      run: (task) => {
        const before = turns.get(group) ?? Promise.resolve();
        running = Promise.race([before, aborted(stopping.signal)]).then(async () => {
          if (!stopping.signal.aborted) await task(partitionOf(log), stopping.signal);
        });
        turns.set(
          group,
          Promise.all([before, running.catch(() => undefined)]).then(() => undefined),
        );
        return running;
      },
      stop,
    };
  };
  return {
    follow: async (group) => ({
      source: sourceOf(group),
      progress: file().progressOf(group),
      codec,
    }),
    parked: {
      parked: () => file().parkedGroups.parked(),
      redrive: (group, streamIds) => file().parkedGroups.redrive(group, streamIds),
    },
    stop: async () => {
      await Promise.all([...members].map((stop) => stop()));
      opened?.close();
    },
  };
};
