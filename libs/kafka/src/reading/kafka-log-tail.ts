import { setTimeout as pause } from 'node:timers/promises';
import { logUnavailable, type SlotOpened, type StoredGroup, type TailPlace } from '@orderloom/engine';
import type { TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { topicNames } from '../topics/topic-names.ts';
import { kafkaEventsHeads, type EventsHeadsOptions } from './events-heads.ts';
import { lastOf, Pieces, type Arrived, type PieceOf } from './pieces.ts';

/** What stands behind a place in one partition, numbered over all generations. */
export type TailPiece = {
  readonly partition: number;
  readonly groups: readonly StoredGroup[];
  readonly upTo: TailPlace;
};

/** The committed log of all partitions and generations, for readers who keep their own place in it. */
export type KafkaLogTail = {
  /** Partitions of the first generation. */
  readonly partitions: number;
  /** Behind the last event. */
  readonly head: () => Promise<TailPlace>;
  /**
   * The next piece behind `after`, of one partition after the other; it waits at the end. Where a slot has come from
   * another partition, what follows is held until `after` has passed it there. `undefined`: `signal` has aborted.
   * Throws `LogUnavailable` where it may succeed later.
   */
  readonly next: (after: TailPlace, signal: AbortSignal) => Promise<TailPiece | undefined>;
  /** Whole groups behind event `after` of one partition, at least one where there is one: it waits for none. */
  readonly behind: (partition: number, after: number) => Promise<readonly StoredGroup[]>;
  readonly close: () => Promise<void>;
};

/** How often it is asked whether there is more, once for all readers, ms. */
const LOOK_EVERY_MS = 50;
/** What a reader is given at once: a group may be larger. */
const PIECE_BYTES = 64 * 1024;

const hasPassed = (place: TailPlace, opened: readonly SlotOpened[]): boolean =>
  opened.every(({ from, fromIndex }) => (place[from] ?? 0) >= fromIndex);

/** How many of these a reader at `place` is given now. */
const countFor = (place: TailPlace, arrived: readonly Arrived[]): number => {
  let bytes = 0;
  for (const [at, { group, opened }] of arrived.entries()) {
    if (bytes >= PIECE_BYTES || !hasPassed(place, opened)) return at;
    bytes += group.frames.byteLength;
  }
  return arrived.length;
};

/** Asks at most so often; whoever asks meanwhile is given the same answer. */
const atMostEvery = <T>(ms: number, ask: () => Promise<T>): (() => Promise<T>) => {
  let askedAt = -Infinity;
  let answer: Promise<T>;
  return () => {
    if (performance.now() - askedAt < ms) return answer;
    askedAt = performance.now();
    return (answer = ask());
  };
};

export const kafkaLogTail = async (options: EventsHeadsOptions): Promise<KafkaLogTail> => {
  const { kafka, codec, schemaIds, prefix, onProblem = () => undefined } = options;
  const partitions = await partitionsOf(kafka, prefix);
  const generations = await followGenerations({ kafka, prefix, partitions, onProblem });
  const heads = await kafkaEventsHeads(options);
  const pieces = new Pieces({ parts: codec, events: schemaNumbers(codec, schemaIds) });
  const readers: TopicReader[] = [];
  let turn = 0;
  let closed = false;

  /** Every partition, and the end of what is committed there. */
  const ends = atMostEvery(LOOK_EVERY_MS, async (): Promise<readonly PieceOf[]> => {
    const places = generations.places();
    const found: PieceOf[] = [];
    for (let generation = 1; generation <= places.generations; generation++) {
      const { events: topic } = topicNames(prefix, generation);
      const cluster = (readers[generation - 1] ??= await kafka.reader([topic], 'committed'));
      for (const [partition, end] of (await cluster.offsets(topic, 'end')).entries())
        found.push({ number: places.numberOf({ generation, partition }), cluster, topic, partition, end });
    }
    return found;
  });
  const pieceOf = async (of: PieceOf, place: TailPlace): Promise<TailPiece | undefined> => {
    const { number } = of;
    const arrived = await pieces.behind(of, place[number] ?? 0);
    const groups = arrived.slice(0, countFor(place, arrived)).map(({ group }) => group);
    const last = groups.at(-1);
    if (last === undefined) return undefined;
    pieces.leave(of, lastOf(last), arrived.slice(groups.length));
    return { partition: number, groups, upTo: place.with(number, lastOf(last)) };
  };
  /** Partitions take turns: none waits for another to be read to its end. */
  const look = async (after: TailPlace): Promise<TailPiece | undefined> => {
    const all = await ends().catch((error: unknown) => {
      throw logErrorOf(error, 'reading how far the log goes');
    });
    const place = all.map(({ number }) => after[number] ?? 0);
    const first = turn++ % all.length;
    for (const of of [...all.slice(first), ...all.slice(0, first)]) {
      const piece = await pieceOf(of, place);
      if (piece !== undefined) return piece;
    }
    return undefined;
  };
  return {
    partitions,
    head: heads.heads,
    next: async (after, signal) => {
      while (!signal.aborted) {
        if (closed) throw logUnavailable('the log is closed');
        const piece = await look(after);
        if (piece !== undefined) return piece;
        await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
      return undefined;
    },
    behind: async (partition, after) => {
      const of = (await ends()).find(({ number }) => number === partition);
      return of === undefined ? [] : (await pieces.behind(of, after)).map(({ group }) => group);
    },
    close: async () => {
      closed = true;
      await generations.stop();
      await Promise.all([heads.close(), ...readers.map((reader) => reader.close())]);
    },
  };
};
