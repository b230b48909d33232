import type { Codec, FrameParts, GlobalEvents } from '@orderloom/engine';
import type { TopicReader } from '../client/client-port.ts';
import { keepReading } from '../reading/keep-reading.ts';
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
  const waiting: (() => void)[] = [];
  const readSome = async (): Promise<void> => {
    const fetched = await cluster.fetch(topic, 0, next, WAIT_MS);
    await events.learn(fetched.messages.map(({ value }) => value));
    into.add(fetched.messages.map((message) => codec.readFrame(read(message).frame, 0).event));
    next = fetched.next;
    for (const goOn of waiting.splice(0)) goOn();
  };
  const endNow = async (): Promise<number> => (await cluster.offsets(topic, 'end'))[0] ?? 0;
  const end = await endNow();
  while (next < end) await readSome();
  // What fails only makes the table grow older; partitions decide on with the policies that they know.
  const tail = keepReading(readSome, { pauseMs: PAUSE_MS, onProblem: options.onProblem });
  return {
    upToDate: async () => {
      const wanted = await endNow();
      while (next < wanted && !tail.isStopped()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    stop: async () => {
      await tail.stop();
      for (const goOn of waiting.splice(0)) goOn();
    },
  };
};
