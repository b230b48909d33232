import type { ParkedEvent } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';

/** What stands in front of a wish's key; no group's name begins so. */
const WISH = '~redrive/';

/** Of one key the topic keeps the last record: this one says that a stream of a group is to be redriven. */
const wishKey = (group: string, streamId: string): string => `${WISH}${group}/${streamId}`;

export const wishRecord = (group: string, streamId: string, partition: number): NewRecord => ({
  ...{ key: wishKey(group, streamId), value: '{}', partition },
});
export const wishDone = (group: string, streamId: string, partition: number): NewRecord => ({
  ...{ key: wishKey(group, streamId), value: null, partition },
});

const textOf = (part: Buffer | null): string => part?.toString() ?? '';

/** Streams of a group that are to be redriven, kept up to date record by record. */
export class Wishes {
  readonly #prefix: string;
  readonly #streams = new Set<string>();

  constructor(group: string) {
    this.#prefix = wishKey(group, '');
  }

  learn(messages: readonly ReadRecord[]): void {
    for (const { key, value } of messages) {
      const name = textOf(key);
      if (!name.startsWith(this.#prefix)) continue;
      const streamId = name.slice(this.#prefix.length);
      if (value === null) this.#streams.delete(streamId);
      else this.#streams.add(streamId);
    }
  }

  done(streamIds: readonly string[]): void {
    for (const streamId of streamIds) this.#streams.delete(streamId);
  }

  get streams(): readonly string[] {
    return [...this.#streams];
  }
}

/** What all groups have parked in a partition of the topic, and which of it is to be redriven. */
export const parkedIn = (
  messages: readonly ReadRecord[],
): readonly (ParkedEvent & { readonly redriving: boolean })[] => {
  const parked = new Map<string, ParkedEvent>();
  const wished = new Set<string>();
  for (const { key, value } of messages) {
    const name = textOf(key);
    if (name.startsWith(WISH)) {
      if (value === null) wished.delete(name);
      else wished.add(name);
    } else if (!name.includes('/')) continue;
    else if (value === null) parked.delete(name);
    else parked.set(name, JSON.parse(value.toString()) as ParkedEvent);
  }
  return [...parked.values()].map((event) => ({
    ...event,
    redriving: wished.has(wishKey(event.handler, event.streamId)),
  }));
};
