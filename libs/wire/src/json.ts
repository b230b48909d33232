// Events as JSON, for HTTP and the command line: bytes and digests in base64.
import { eventIdOf, type RecordedEvent } from '@orderloom/decider';
import { avroEvents } from './generated/avro.ts';

/** Plain JSON of a message's data. O(size). */
export const jsonData = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonData(inner)]));
};

const types = new Map(avroEvents.map((event) => [`${event.stream}/${event.type}`, event.cloudEventsType]));

/** The CloudEvents `type` of an event type, `orderloom.order.placed.v1`; undefined: no such event. */
export const cloudEventsType = (streamType: string, eventType: string): string | undefined =>
  types.get(`${streamType}/${eventType}`);

const base64 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('base64');

/** One event with all its attributes, as `/events` and `orderloom history --json` show it. */
export const jsonEvent = (event: RecordedEvent): Readonly<Record<string, unknown>> => ({
  id: eventIdOf(event),
  type: event.type,
  cloudEventsType: cloudEventsType(event.stream.type, event.type) ?? null,
  stream: event.stream,
  version: event.version,
  recordedAt: new Date(event.recordedAt).toISOString(),
  occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt).toISOString(),
  slot: event.slot,
  sequence: event.sequence,
  commandId: event.commandId,
  commandFingerprint: base64(event.commandFingerprint),
  prev: event.prev === '' ? null : base64(event.prev),
  causation: event.causation,
  correlation: event.correlation ?? event.commandId,
  root: event.root ?? event.commandId,
  hops: event.hops,
  traceparent: event.traceparent,
  actor: event.actor,
  businessLine: event.businessLine,
  channel: event.channel,
  data: jsonData(event.data),
});
