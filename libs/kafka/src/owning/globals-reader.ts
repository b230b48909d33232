import type { Codec, FrameParts, GlobalEvents } from '@orderloom/engine';
import type { TopicReader } from '../client/client-port.ts';
import { eventReader } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';

export type GlobalsReaderParts = {
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly into: GlobalEvents;
  readonly onProblem: (error: unknown) => void;
};

const WAIT_MS = 500;
const PAUSE_MS = 200;

export type GlobalsReader = {
  /** Resolves when everything has been read that is committed now. */
  readonly upToDate: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Reads the tenants' own events into every process: up to their end at first, then as they come. */
export const globalsReader = async (options: GlobalsReaderParts): Promise<GlobalsReader> => {
  const { cluster, topic, codec, events, into } = options;
  const read = eventReader(options.parts, events);
  let next = 0;
  const state = { stopped: false };
  const waiting: (() => void)[] = [];
  const readSome = async (waitMs: number): Promise<void> => {
    const fetched = await cluster.fetch(topic, 0, next, waitMs);
    await events.learn(fetched.messages.map(({ value }) => value));
    into.add(fetched.messages.map((message) => codec.readFrame(read(message).frame, 0).event));
    next = fetched.next;
    for (const goOn of waiting.splice(0)) goOn();
  };
  const endNow = async (): Promise<number> => (await cluster.offsets(topic, 'end'))[0] ?? 0;
  const end = await endNow();
  while (next < end) await readSome(WAIT_MS);
  const tail = async (): Promise<void> => {
    while (!state.stopped)
      try {
        await readSome(WAIT_MS);
      } catch (error) {
        // The table only grows older meanwhile; partitions decide on with the policies that they know.
        options.onProblem(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
  };
  const tailing = tail();
  return {
    upToDate: async () => {
      const wanted = await endNow();
      while (next < wanted && !state.stopped) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    stop: async () => {
      state.stopped = true;
      await tailing;
      for (const goOn of waiting.splice(0)) goOn();
    },
  };
};
