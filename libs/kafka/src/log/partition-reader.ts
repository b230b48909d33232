import {
  EngineError,
  isMove,
  logCorrupt,
  type FrameParts,
  type Lane,
  type LaneOffsets,
  type LogEntry,
  type SlotMove,
  type StoredGroup,
} from '@orderloom/engine';
import type { FetchedRecords, ReadRecord, TopicReader } from '../client/client-port.ts';
import { eventReader, type EventRecord } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { readMove } from '../records/slot-record.ts';
import { logErrorOf } from './broker-errors.ts';
import { GroupAssembler } from './group-assembler.ts';
import { groupBefore } from './group-before.ts';

/** Behind which event, and so from which offset on, somebody has read or written before: reading begins there. */
export type LogMark = { index: number; offset: number };

export const newMark = (): LogMark => ({ index: 0, offset: 0 });

export type PartitionReaderParts = {
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly partition: number;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly mark: LogMark;
};

const FETCH_WAIT_MS = 100;
/** Fetches in a row that may bring nothing although the end is not reached. */
const EMPTY_FETCHES = 50;
/**
 * A reader that begins behind some event reads so many in front of it as well: they say up to where each lane was
 * decided, which is what tells lost offsets from none.
 */
const LOOK_BACK_EVENTS = 5_000;
const FIRST_LOOK_BACK = 8;
const LOOK_BACK_GROWTH = 16;

type Placed = { readonly record: EventRecord | SlotMove; readonly offset: number };

/** The committed events of one partition, as groups. */
export class PartitionReader {
  readonly #parts: PartitionReaderParts;
  readonly #read: (message: ReadRecord) => EventRecord;
  readonly #decided: Record<Lane, number> = { internal: 0, commands: 0, bulk: 0 };
  /** What is committed already, though the broker may still be writing the transaction's markers. */
  #least = 0;

  constructor(parts: PartitionReaderParts) {
    this.#parts = parts;
    this.#read = eventReader(parts.parts, parts.events);
  }

  /** By lane, the offset behind the last record that an event read so far comes from. */
  get decidedUpTo(): LaneOffsets {
    return { ...this.#decided };
  }

  /** This process has committed events below the offset: reading waits until they are shown. */
  committedUpTo(offset: number): void {
    this.#least = Math.max(this.#least, offset);
  }

  get #where(): string {
    return `${this.#parts.topic}, partition ${String(this.#parts.partition)}`;
  }

  /** Groups that hold events behind `after`, up to the stable end, with those that come meanwhile. */
  async *groups(after: number): AsyncGenerator<StoredGroup> {
    for await (const entry of this.entries(after)) if (!isMove(entry)) yield entry;
  }

  /** The same with moves of slots, in order: those in front of the first such group may come again. */
  async *entries(after: number): AsyncGenerator<LogEntry> {
    const { mark } = this.#parts;
    const known = mark.index <= after && mark.index > 0;
    let from = known
      ? mark.offset
      : await groupBefore(
          { ...this.#parts, placeOf: (message) => this.#eventOf(message) },
          after - LOOK_BACK_EVENTS,
        );
    const assembler = new GroupAssembler(this.#where, known ? mark.index : from === 0 ? 0 : undefined);
    for (let end = await this.#end(); from < end; end = await this.#end())
      while (from < end) {
        const { records, next } = await this.#fetch(from, end);
        yield* this.#whole(records, assembler, after);
        from = next;
      }
    assembler.end();
  }

  *#whole(records: readonly Placed[], assembler: GroupAssembler, after: number): Generator<LogEntry> {
    const { mark } = this.#parts;
    for (const { record, offset } of records) {
      const entry = isMove(record) ? record : assembler.add(record);
      if (entry === undefined) continue;
      if (isMove(entry)) {
        yield entry;
        continue;
      }
      const last = entry.first + entry.count - 1;
      if (last > mark.index) Object.assign(mark, { index: last, offset: offset + 1 });
      if (last > after) yield entry;
    }
  }

  /** Index of the last event; 0 for an empty log. Reads a few records at the end. */
  async head(): Promise<number> {
    const [begin, end] = [await this.#beginning(), await this.#end()];
    for (let back = FIRST_LOOK_BACK; ; back *= LOOK_BACK_GROWTH) {
      const start = Math.max(begin, end - back);
      let last = 0;
      for (let from = start; from < end;) {
        const { records, next } = await this.#fetch(from, end);
        const event = records.findLast(({ record }) => !isMove(record))?.record;
        if (event !== undefined && !isMove(event)) last = event.index;
        from = next;
      }
      if (last > 0 || start === begin) return last;
    }
  }

  async #beginning(): Promise<number> {
    const { cluster, topic, partition } = this.#parts;
    return (await cluster.offsets(topic, 'beginning'))[partition] ?? 0;
  }

  async #end(): Promise<number> {
    const { cluster, topic, partition } = this.#parts;
    return Math.max(this.#least, (await cluster.offsets(topic, 'end'))[partition] ?? 0);
  }

  async #fetch(start: number, end: number) {
    const { cluster, topic, partition, events } = this.#parts;
    for (let tried = 0; tried < EMPTY_FETCHES; tried++) {
      const { messages, next } = await cluster.fetch(topic, partition, start, FETCH_WAIT_MS);
      if (next === start) continue;
      await events.learn(messages.map(({ value }) => value));
      return { next, records: messages.map((message) => this.#recordOf(message)) };
    }
    throw logErrorOf(
      new Error('no-records'),
      `reading ${this.#where} from ${String(start)} to ${String(end)}`,
    );
  }

  #recordOf(message: ReadRecord): Placed {
    const offset = Number(message.offset);
    return { record: readMove(message.headers) ?? this.#eventOf(message), offset };
  }

  #eventOf(message: ReadRecord): EventRecord {
    try {
      const record = this.#read(message);
      const { lane, offset } = record.source;
      if (lane !== null) this.#decided[lane] = Math.max(this.#decided[lane], offset + 1);
      return record;
    } catch (error) {
      const why = error instanceof EngineError ? error.message : 'it is no event';
      throw logCorrupt(`${this.#where}, offset ${message.offset}: ${why}`, error);
    }
  }
}

type TopicPartition = { readonly cluster: TopicReader; readonly topic: string; readonly partition: number };

/** The records of a partition from an offset to its stable end, and where to go on. */
export const readFrom = async (
  { cluster, topic, partition }: TopicPartition,
  from: number,
): Promise<FetchedRecords> => {
  const end = (await cluster.offsets(topic, 'end'))[partition] ?? 0;
  const messages: ReadRecord[] = [];
  let next = from;
  for (let empty = 0; next < end && empty < EMPTY_FETCHES;) {
    const fetched = await cluster.fetch(topic, partition, next, FETCH_WAIT_MS);
    empty = fetched.next === next ? empty + 1 : 0;
    messages.push(...fetched.messages);
    next = fetched.next;
  }
  return { messages, next };
};

/** Every record of a partition up to its stable end, for the topics that hold what could not be handled. */
export const readAll = async (
  cluster: TopicReader,
  topic: string,
  partition: number,
): Promise<readonly ReadRecord[]> => {
  const begin = (await cluster.offsets(topic, 'beginning'))[partition] ?? 0;
  return (await readFrom({ cluster, topic, partition }, begin)).messages;
};
