import { setTimeout as pause } from 'node:timers/promises';
import {
  EngineError,
  logCorrupt,
  type FrameParts,
  type HasRead,
  type SlotMove,
  type SlotOpened,
  type StoredGroup,
} from '@orderloom/engine';
import type { ReadRecord, TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { GroupAssembler } from '../log/group-assembler.ts';
import { groupBefore } from '../log/group-before.ts';
import type { LogMark } from '../log/partition-reader.ts';
import { eventReader, type EventRecord } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { readMove } from '../records/slot-record.ts';

export type PartitionFollowerParts = {
  /** A connection of its own: it waits for new events all the time, and a broker answers a connection in order. */
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly partition: number;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  /** Where a reader has come to before; reading begins there where that is not too far. */
  readonly mark: LogMark;
  /** Told of the offset behind each event that ends a group. */
  readonly onGroup: (mark: LogMark) => void;
  /** See `EventPartition`. */
  readonly hasRead?: HasRead | undefined;
};

const WAIT_MS = 500;
/** How often is asked whether a reader has come far enough elsewhere, ms. */
const HELD_MS = 100;

/** Slots that have come here in front of the next group: what follows is held until they have been read where they were. */
class Arrivals {
  readonly #hasRead: HasRead;
  #opened: SlotOpened[] = [];

  constructor(hasRead: HasRead = () => true) {
    this.#hasRead = hasRead;
  }

  add(move: SlotMove): void {
    if (move.kind === 'opened') this.#opened.push(move);
  }

  get isEmpty(): boolean {
    return this.#opened.length === 0;
  }

  async handled(signal: AbortSignal): Promise<void> {
    for (const { from, fromIndex } of this.#opened)
      while (!signal.aborted && !(await this.#hasRead(from, fromIndex))) await pause(HELD_MS);
  }

  /** The group, and what has come in front of it. */
  before(group: StoredGroup): StoredGroup {
    if (this.isEmpty) return group;
    const opened = this.#opened;
    this.#opened = [];
    return { ...group, opened };
  }
}

/** The committed groups of a partition behind index `after`, waiting at the end for more until the signal aborts. */
export async function* followPartition(
  options: PartitionFollowerParts,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredGroup[]> {
  const { cluster, topic, partition, events, mark, onGroup } = options;
  const where = `${topic}, partition ${String(partition)}`;
  const read = eventReader(options.parts, events);
  const isKnown = mark.index > 0 && mark.index <= after;
  const placeOf = (message: ReadRecord) => recordOf(where, read, message);
  const before = isKnown ? 0 : after;
  const first = await asked(where, () => groupBefore({ cluster, topic, partition, events, placeOf }, before));
  let from = isKnown ? Math.max(mark.offset, first) : first;
  const isWhole = isKnown ? from === mark.offset : from === 0;
  const arrivals = new Arrivals(options.hasRead);
  const assembler = new GroupAssembler(where, isWhole ? (isKnown ? mark.index : 0) : undefined);
  /** Groups as they become whole; slots that come are noted on the way, in front of the group that they stand before. */
  function* whole(messages: readonly ReadRecord[]): Generator<{ group: StoredGroup; end: LogMark }> {
    for (const message of messages) {
      const move = readMove(message.headers);
      if (move !== undefined) arrivals.add(move);
      const group = move === undefined ? assembler.add(recordOf(where, read, message)) : undefined;
      if (group === undefined) continue;
      yield { group, end: { index: group.first + group.count - 1, offset: Number(message.offset) + 1 } };
    }
  }
  while (!signal.aborted) {
    const { messages, next } = await asked(where, () => cluster.fetch(topic, partition, from, WAIT_MS));
    await events.learn(messages.map(({ value }) => value));
    from = next;
    let groups: StoredGroup[] = [];
    for (const { group, end } of whole(messages)) {
      const isNew = end.index > after;
      if (isNew && !arrivals.isEmpty) {
        // What stands in front of the arrivals may be what they wait for.
        if (groups.length > 0) yield groups;
        groups = [];
        await arrivals.handled(signal);
      }
      if (hasEnded(signal)) return;
      onGroup(end);
      const behind = arrivals.before(group);
      if (isNew) groups.push(behind);
    }
    if (groups.length > 0) yield groups;
  }
}

/** Read anew after each wait. */
const hasEnded = (signal: AbortSignal): boolean => signal.aborted;

/** Asks a broker; what it throws says what could not be had. */
export const asked = async <T>(where: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    throw logErrorOf(error, `reading ${where}`);
  }
};

/** Throws `log-corrupt` for what is no event. */
export const recordOf = (
  where: string,
  read: (message: ReadRecord) => EventRecord,
  message: ReadRecord,
): EventRecord => {
  try {
    return read(message);
  } catch (error) {
    const why = error instanceof EngineError ? error.message : 'it is no event';
    throw logCorrupt(`${where}, offset ${message.offset}: ${why}`, error);
  }
};
