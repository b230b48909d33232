import type { FetchedRecords, TopicReader } from '../client/client-port.ts';
import { clusterAdmin } from './cluster-admin.ts';
import { LibrdkafkaError } from './native-calls.ts';
import type { NativeSettings } from './native.ts';
import { PartitionCursor } from './partition-cursor.ts';
import { poller, type Poller } from './poller.ts';
import { stallWatch } from './stall-watch.ts';

const LOOK_WAIT_MS = 100;
/** A partition that nobody has asked for is let go: it would be fetched for ever. */
const IDLE_MS = 2_000;
const STALL_LOOK_MS = 5_000;

/**
 * Reading without joining a group. A consumer of librdkafka fetches ahead of whoever asks, so each partition has a cursor
 * that goes on where the last fetch has ended and is put elsewhere only where somebody asks for another place.
 */
export const librdkafkaReader = async (
  settings: NativeSettings,
  topics: readonly string[],
  isolation: 'committed' | 'uncommitted',
): Promise<TopicReader> => {
  const admin = clusterAdmin(settings);
  const cursors = new Map<string, PartitionCursor>();
  const cursorOf = (topic: string, partition: number): PartitionCursor => {
    const key = `${topic}/${String(partition)}`;
    const cursor = cursors.get(key) ?? new PartitionCursor({ topic, partition });
    cursors.set(key, cursor);
    return cursor;
  };
  const hasStalled = stallWatch();
  let reading: Promise<Poller> | undefined;
  const start = (): Promise<Poller> =>
    poller({
      settings: {
        ...settings,
        'group.id': 'never-joined',
        'isolation.level': 'read_committed',
        'queued.max.messages.kbytes': 16_384,
      },
      onMessage: (message) => {
        cursors.get(`${message.topic}/${String(message.partition)}`)?.add(message);
      },
      onEnd: ({ topic, partition, offset }) => {
        cursors.get(`${topic}/${String(partition)}`)?.reach(offset);
      },
      onError: (error) => {
        // Its group is never joined, so that nobody need be allowed to.
        if (error instanceof LibrdkafkaError && error.type === 'GROUP_AUTHORIZATION_FAILED') return;
        for (const cursor of cursors.values()) cursor.fail(error);
      },
      onPolled: () => {
        for (const cursor of cursors.values()) cursor.tell();
      },
    });
  /** Another consumer in the place of one that has stalled or failed. */
  const renew = async (): Promise<void> => {
    const old = reading;
    reading = undefined;
    for (const cursor of cursors.values()) cursor.forget();
    await (await old)?.stop();
  };
  const lookForStall = async (): Promise<void> => {
    const waiting = [...cursors.values()].filter((cursor) => cursor.isAwaited);
    if (waiting.length === 0) return;
    const ends = await admin.offsets(
      [...new Set(waiting.map(({ place }) => place.topic))],
      'end',
      'committed',
    );
    const seen = waiting.map(({ place: { topic, partition }, next }) => ({
      ...{ key: `${topic}/${String(partition)}`, position: next, end: ends.get(topic)?.[partition] ?? 0 },
    }));
    if (hasStalled(seen)) await renew();
  };
  const watch = setInterval(() => {
    lookForStall().catch(() => undefined);
  }, STALL_LOOK_MS).unref();
  const fetch = async (
    topic: string,
    partition: number,
    from: number,
    waitMs: number,
  ): Promise<FetchedRecords> => {
    const cursor = cursorOf(topic, partition);
    return cursor.inTurn(async () => {
      const { between, consumer } = await (reading ??= start());
      if (!cursor.isAt(from)) await between(() => cursor.put(consumer, from));
      await cursor.wait(waitMs);
      cursor.letGoAfter(IDLE_MS, () => {
        cursors.delete(`${topic}/${String(partition)}`);
        void between(() => cursor.leave(consumer)).catch(() => undefined);
      });
      return cursor.take(from);
    });
  };
  try {
    await admin.offsets(topics, 'beginning', isolation);
  } catch (error) {
    clearInterval(watch);
    admin.close();
    throw error;
  }
  return {
    offsets: async (topic, side) => (await admin.offsets([topic], side, isolation)).get(topic) ?? [],
    ends: (names) => admin.offsets(names, 'end', isolation),
    fetch,
    look: (topic, partition, from) => fetch(topic, partition, from, LOOK_WAIT_MS),
    close: async () => {
      clearInterval(watch);
      for (const cursor of cursors.values()) cursor.forget();
      await (await reading)?.stop();
      admin.close();
    },
  };
};
