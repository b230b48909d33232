import type { EventPartition, EventSource } from '../ports/event-source.ts';
import type { StoredGroup } from '../ports/event-log.ts';

export type MemoryEventSource = EventSource & {
  readonly append: (partition: number, group: StoredGroup) => void;
  /** Frames of a tenant's own stream, which every partition's readers may ask for. */
  readonly appendGlobal: (frame: Uint8Array) => void;
  /** How far a partition's reader says that it has come. */
  readonly shownOf: (partition: number) => number;
};

/** Partitions in memory, all of them given to whoever runs; for tests of everything that reads a log. */
export const memoryEventSource = (partitions: number): MemoryEventSource => {
  const logs = Array.from({ length: partitions }, (): StoredGroup[] => []);
  const shown = logs.map(() => 0);
  const globals: Uint8Array[] = [];
  const waiting = new Set<() => void>();
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const wake = (): void => {
    for (const tell of waiting) tell();
  };
  stopping.signal.addEventListener('abort', wake);
  const more = (): Promise<void> =>
    new Promise((resolve) => {
      const tell = (): void => {
        waiting.delete(tell);
        resolve();
      };
      waiting.add(tell);
    });

  async function* read(partition: number, after: number, signal: AbortSignal) {
    signal.addEventListener('abort', wake, { once: true });
    const log = logs[partition] ?? [];
    const begin = log.findIndex(({ first, count }) => first + count - 1 > after);
    for (let at = begin < 0 ? log.length : begin; !signal.aborted;) {
      const groups = log.slice(at);
      if (groups.length === 0) await more();
      else {
        yield groups;
        at += groups.length;
      }
    }
  }
  const partitionOf = (partition: number): EventPartition => ({
    partition,
    read: (after, signal) => read(partition, after, signal),
    shown: (index) => void (shown[partition] = index),
  });
  return {
    append: (partition, group) => {
      logs[partition]?.push(group);
      wake();
    },
    appendGlobal: (frame) => void globals.push(frame),
    shownOf: (partition) => shown[partition] ?? 0,
    run: async (task) => {
      const tasks = Promise.all(logs.map((_, at) => task(partitionOf(at), stopping.signal)));
      running = tasks.catch(() => undefined);
      try {
        await tasks;
      } catch (error) {
        stopping.abort();
        throw error;
      }
    },
    globals: async (known) => globals.slice(known),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
