import { isDeepStrictEqual } from 'node:util';
import {
  streamIdOf,
  type CommandRule,
  type RecordedEvent,
  type Registry,
  type StreamRef,
} from '@orderloom/decider';
import type { Findings } from './findings.ts';

/** An event as it stands in the log. `identity`: what the next event of its stream carries as `prev`. */
export type LogEvent = RecordedEvent & { readonly identity: string };

/** The events of one command on one stream. */
export type Effect = { readonly first: number; last: number };

/** One stream as the log tells it. */
export type StreamBook = {
  readonly id: string;
  version: number;
  identity: string;
  /** By command id. */
  readonly effects: Map<string, Effect>;
  /** The events of the latest command. */
  latest: RecordedEvent[];
  /** For each version the command from outside that it goes back to. */
  readonly roots: string[];
};

/** What the log says, for the checks that compare it with what clients saw. */
export type LogBook = {
  /** The stream that a command made, by `creationKey`. */
  readonly created: ReadonlyMap<string, string>;
  readonly streams: ReadonlyMap<string, StreamBook>;
  readonly sequences: ReadonlyMap<number, number>;
  readonly events: number;
};

/** Reads the log once (H3): contiguous versions and sequences, slots, hash chains, one effect for each command id. */
export class LogReading implements LogBook {
  readonly created = new Map<string, string>();
  readonly streams = new Map<string, StreamBook>();
  readonly sequences = new Map<number, number>();
  events = 0;
  readonly #found: Findings;
  readonly #creating: ReadonlySet<string>;
  readonly #types: ReadonlyMap<string, Registry['types'][number]>;

  constructor(registry: Registry, found: Findings) {
    this.#found = found;
    this.#creating = creatingEvents(registry);
    this.#types = new Map(registry.types.map((type) => [type.name, type]));
  }

  /** The next event of the log. */
  add(event: LogEvent): void {
    const id = streamIdOf(event.stream);
    let book = this.streams.get(id);
    if (!book) {
      book = { id, version: 0, identity: '', effects: new Map(), latest: [], roots: [] };
      this.streams.set(id, book);
    }
    this.#checkPlace(event, book);
    this.#checkEffect(event, book);
    this.#checkCreation(event, book);
    book.version = event.version;
    book.identity = event.identity;
    book.roots[event.version] = event.root ?? event.commandId;
    this.events += 1;
  }

  #checkPlace(event: LogEvent, book: StreamBook): void {
    const name = `${book.id}/${String(event.version)}`;
    if (event.version !== book.version + 1)
      this.#found.add('version-gap', `${name} comes after version ${String(book.version)}`);
    if (event.prev !== book.identity)
      this.#found.add('broken-chain', `${name} does not carry the hash of the event before it`);
    const before = this.sequences.get(event.slot) ?? 0;
    const place = `slot ${String(event.slot)}`;
    if (event.sequence !== before + 1)
      this.#found.add(
        'sequence-gap',
        `${name} has ${String(event.sequence)} of ${place} after ${String(before)}`,
      );
    const slot = this.#types.get(event.stream.type)?.slotOf(event.stream.tenant, event.stream.key);
    if (slot !== event.slot)
      this.#found.add('wrong-slot', `${name} is in ${place}, its key in ${String(slot)}`);
    this.sequences.set(event.slot, event.sequence);
  }

  #checkEffect(event: LogEvent, book: StreamBook): void {
    const effect = book.effects.get(event.commandId);
    if (!effect) {
      book.effects.set(event.commandId, { first: event.version, last: event.version });
      book.latest = [event];
      return;
    }
    const again = repeats(book.latest, event);
    book.latest.push(event);
    effect.last = event.version;
    if (!again) return;
    const where = `${book.id} at ${String(effect.first)} and again at ${String(event.version)}`;
    this.#found.add('double-effect', `command ${event.commandId} took effect on ${where}: ${again}`);
  }

  #checkCreation(event: LogEvent, book: StreamBook): void {
    if (!this.#creating.has(`${event.stream.type}/${event.type}`)) return;
    const key = creationKey(event.stream, event.commandId);
    const other = this.created.get(key);
    if (other !== undefined && other !== book.id)
      this.#found.add('double-effect', `command ${event.commandId} made both ${other} and ${book.id}`);
    this.created.set(key, book.id);
  }
}

/** Names a command that makes a stream of this type, whatever key the stream got. */
export const creationKey = (stream: Pick<StreamRef, 'tenant' | 'type'>, commandId: string): string =>
  `${stream.tenant}\0${stream.type}\0${commandId}`;

/** `type/event` of the events that commands emit which make their streams. */
const creatingEvents = (registry: Registry): ReadonlySet<string> =>
  new Set(
    registry.types.flatMap((type) =>
      Object.values(type.commands as Record<string, CommandRule>)
        .filter((rule) => rule.creates !== undefined)
        .flatMap((rule) => rule.emits.map((event) => `${type.name}/${event}`)),
    ),
  );

/** Why a further event with the same command id is a second effect; '' where it belongs to the first. */
const repeats = (latest: readonly RecordedEvent[], event: RecordedEvent): string => {
  const [first] = latest;
  if (first?.commandId !== event.commandId) return 'other commands came between';
  if (first.recordedAt !== event.recordedAt) return 'recorded at another instant';
  if (first.commandFingerprint !== event.commandFingerprint) return 'with other content';
  const same = latest.some(({ type, data }) => type === event.type && isDeepStrictEqual(data, event.data));
  return same ? 'the same event' : '';
};
