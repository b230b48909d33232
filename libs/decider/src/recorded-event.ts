import type { Event, StreamRef } from './words.ts';

/** Where an event stands: dense per slot, given by the processor, the same on every log that ever holds the event. */
export type Position = { readonly slot: number; readonly sequence: number };

/** Who and what stands behind a command; copied to every event that it causes. */
export type Attribution = {
  /** The caller's idempotency key, or the deterministic id of an internal command. */
  readonly commandId: string;
  /** Id of the event that caused the command; `null`: it came from outside. */
  readonly causation: string | null;
  /** Groups everything that belongs to one business conversation; `null`: same as `commandId`. */
  readonly correlation: string | null;
  /** The command from outside that started the cascade; `null`: this command itself. */
  readonly root: string | null;
  /** How many process-manager steps lie between the root and this command. */
  readonly hops: number;
  readonly traceparent: string | null;
  readonly actor: string | null;
  readonly businessLine: string | null;
  readonly channel: string | null;
  /** The caller's business time, ms; data, never used for ordering. */
  readonly occurredAt: number | null;
};

/** An event with its envelope, as it stands in the log. */
export type RecordedEvent<E extends Event = Event> = Attribution & {
  readonly stream: StreamRef;
  /** 1, 2, 3 … without gap within the stream. */
  readonly version: number;
  readonly type: E['type'];
  readonly data: E['data'];
  readonly slot: number;
  readonly sequence: number;
  /** ms since 1970 UTC; never runs backwards within a slot of a live tenant. */
  readonly recordedAt: number;
  /** First 8 bytes of the SHA-256 of the command's content, as a latin1 string. */
  readonly commandFingerprint: string;
  /** First 16 bytes of the SHA-256 of the identity of the stream's previous event, latin1; '' for version 1. */
  readonly prev: string;
};

/** Event ids are derived: unique for ever, and the CloudEvents `id`. */
export const eventIdOf = (event: { readonly stream: StreamRef; readonly version: number }): string =>
  `${event.stream.tenant}/${event.stream.type}/${event.stream.key}/${String(event.version)}`;
