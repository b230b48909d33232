import type { FrameParts } from '@orderloom/engine';
import type { TopicReader } from '../client/client-port.ts';
import { eventReader } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';

export type CommittedGlobalsParts = {
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
};

const WAIT_MS = 100;

/** The frames of the tenants' own streams, read on to their end at each call; few, and all of them kept. */
export const committedGlobals = (
  options: CommittedGlobalsParts,
): ((known: number) => Promise<readonly Uint8Array[]>) => {
  const { cluster, topic, events } = options;
  const read = eventReader(options.parts, events);
  const frames: Uint8Array[] = [];
  let next = 0;
  let last: Promise<unknown> = Promise.resolve();

  const readOn = async (): Promise<void> => {
    const [end = 0] = await cluster.offsets(topic, 'end');
    while (next < end) {
      const fetched = await cluster.fetch(topic, 0, next, WAIT_MS);
      await events.learn(fetched.messages.map(({ value }) => value));
      frames.push(...fetched.messages.map((message) => read(message).frame));
      next = fetched.next;
    }
  };
  return async (known) => {
    // One after the other: two that read at once would keep every frame twice.
    const reading = last.then(readOn);
    last = reading.catch(() => undefined);
    await reading;
    return frames.slice(known);
  };
};
