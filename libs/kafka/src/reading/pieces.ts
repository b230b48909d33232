import type { FrameParts, SlotOpened, StoredGroup } from '@orderloom/engine';
import type { TopicReader } from '../client/client-port.ts';
import { GroupAssembler } from '../log/group-assembler.ts';
import { groupBefore } from '../log/group-before.ts';
import { eventReader } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { readMove } from '../records/slot-record.ts';
import { LastUsed } from './last-used.ts';
import { asked, recordOf } from './partition-follower.ts';

/** A group, and the slots that have come to its partition in front of it. */
export type Arrived = { readonly group: StoredGroup; readonly opened: readonly SlotOpened[] };

export type PiecesParts = { readonly parts: FrameParts; readonly events: SchemaNumbers };

/** A partition, by its number over all generations; `end`: the offset behind what is committed. */
export type PieceOf = {
  readonly number: number;
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly partition: number;
  readonly end: number;
};

/** Where reading goes on behind an event, and the slots that have come between the two. */
type Mark = {
  readonly offset: number;
  /** The last event in front of the offset, which may be further back; `undefined` where that is not known. */
  readonly last: number | undefined;
  readonly opened: readonly SlotOpened[];
};

/** So long a fetch waits for what is known to be there, ms. */
const WAIT_MS = 100;
/** Places that many readers have come to. */
const MARKS = 4_096;
/** Fetches, of 4 MiB at most, of which readers have taken a part only. */
const AHEAD = 16;

export const lastOf = ({ first, count }: StoredGroup): number => first + count - 1;

/**
 * The groups of partitions behind any event, for readers who ask piece by piece: nothing is held for any of them. What a
 * reader leaves of a fetch, and where the next one begins, is remembered for a while, whoever asks.
 */
export class Pieces {
  readonly #parts: PiecesParts;
  readonly #marks = new LastUsed<Mark>(MARKS);
  readonly #ahead = new LastUsed<readonly Arrived[]>(AHEAD);

  constructor(parts: PiecesParts) {
    this.#parts = parts;
  }

  /** Whole groups behind event `after`, at least one where there is one. */
  async behind(of: PieceOf, after: number): Promise<readonly Arrived[]> {
    return this.#ahead.get(keyOf(of, after)) ?? this.#fetched(of, after);
  }

  /** These stand behind event `after`, and nobody has taken them yet. */
  leave(of: Pick<PieceOf, 'number'>, after: number, rest: readonly Arrived[]): void {
    if (rest.length > 0) this.#ahead.set(keyOf(of, after), rest);
  }

  async #fetched(of: PieceOf, after: number): Promise<readonly Arrived[]> {
    const { cluster, topic, partition, end } = of;
    const { parts, events } = this.#parts;
    const where = `${topic}, partition ${String(partition)}`;
    const read = eventReader(parts, events);
    const placeOf = (message: Parameters<typeof recordOf>[2]) => recordOf(where, read, message);
    const seek = async (): Promise<Mark> => {
      const offset = await asked(where, () =>
        groupBefore({ cluster, topic, partition, events, placeOf }, after),
      );
      return { offset, last: offset === 0 ? 0 : undefined, opened: [] };
    };
    const mark = this.#marks.get(keyOf(of, after)) ?? (await seek());
    // Kept where nothing is read, too: whoever waits asks again and again.
    this.#marks.set(keyOf(of, after), mark);
    const assembler = new GroupAssembler(where, mark.last);
    const found: Arrived[] = [];
    let { offset: from, last, opened } = mark;
    let at = after;
    // Of a group that the last fetch has cut, too.
    let isWhole = true;
    while (from < end && found.length === 0) {
      const start = from;
      const { messages, next } = await asked(where, () => cluster.fetch(topic, partition, start, WAIT_MS));
      await events.learn(messages.map(({ value }) => value));
      for (const message of messages) {
        const move = readMove(message.headers);
        if (move?.kind === 'opened') opened = [...opened, move];
        if (move !== undefined) continue;
        const group = assembler.add(placeOf(message));
        isWhole = group !== undefined;
        if (group === undefined) continue;
        last = lastOf(group);
        if (last > after) {
          found.push({ group, opened });
          at = last;
        }
        opened = [];
      }
      if (isWhole) this.#marks.set(keyOf(of, at), { offset: next, last, opened });
      // The rest of a group that was begun is committed: it only has not come yet.
      if (next === start && isWhole) break;
      from = next;
    }
    return found;
  }
}

const keyOf = ({ number }: Pick<PieceOf, 'number'>, index: number): string =>
  `${String(number)}/${String(index)}`;
