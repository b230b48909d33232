// The attributes of an event, hand-written because they are half of every frame. The order is for ever: a new
// attribute takes the next free flag and stands at the end. Stream type and event type are not here, they are said by
// the payload's schema.
import type { RecordedEvent } from '@orderloom/decider';
import { unreadableFrame } from '@orderloom/engine';
import { ByteReader, writeBytesOf, writeText, writeVarint } from './text.ts';

const PREV = 1;
const CAUSATION = 1 << 1;
const CORRELATION = 1 << 2;
const ROOT = 1 << 3;
const HOPS = 1 << 4;
const TRACEPARENT = 1 << 5;
const ACTOR = 1 << 6;
const BUSINESS_LINE = 1 << 7;
const CHANNEL = 1 << 8;
const OCCURRED_AT = 1 << 9;
const KNOWN = (1 << 10) - 1;

const FINGERPRINT_BYTES = 8;
const PREV_BYTES = 16;

/** Bytes of the attributes that have a fixed width, and of the longest length prefixes. */
const FIXED = 112;

/** No envelope of this event is longer; computed without looking at a character. */
export const envelopeBound = (event: RecordedEvent): number =>
  FIXED +
  3 *
    (event.stream.tenant.length +
      event.stream.key.length +
      event.commandId.length +
      (event.causation?.length ?? 0) +
      (event.correlation?.length ?? 0) +
      (event.root?.length ?? 0) +
      (event.traceparent?.length ?? 0) +
      (event.actor?.length ?? 0) +
      (event.businessLine?.length ?? 0) +
      (event.channel?.length ?? 0));

const flagsOf = (event: RecordedEvent): number =>
  (event.prev === '' ? 0 : PREV) |
  (event.causation === null ? 0 : CAUSATION) |
  (event.correlation === null ? 0 : CORRELATION) |
  (event.root === null ? 0 : ROOT) |
  (event.hops === 0 ? 0 : HOPS) |
  (event.traceparent === null ? 0 : TRACEPARENT) |
  (event.actor === null ? 0 : ACTOR) |
  (event.businessLine === null ? 0 : BUSINESS_LINE) |
  (event.channel === null ? 0 : CHANNEL) |
  (event.occurredAt === null ? 0 : OCCURRED_AT);

/** Six bytes, little endian. `writeUIntLE` would throw a RangeError, which here means "no room". */
const writeUint48 = (target: Buffer, at: number, value: number): number => {
  const low = value % 0x100000000;
  const high = Math.floor(value / 0x100000000);
  target[at] = low & 255;
  target[at + 1] = (low >>> 8) & 255;
  target[at + 2] = (low >>> 16) & 255;
  target[at + 3] = low >>> 24;
  target[at + 4] = high & 255;
  target[at + 5] = high >>> 8;
  return at + 6;
};

const writeDouble = (target: Buffer, at: number, value: number): number => target.writeDoubleLE(value, at);

/** Writes the attributes; the caller has made sure of `envelopeBound` bytes. Gives the offset behind them. */
export const writeEnvelope = (event: RecordedEvent, target: Buffer, start: number): number => {
  const { prev, causation, correlation, root, hops, traceparent, actor, businessLine, channel } = event;
  const flags = flagsOf(event);
  let at = start;
  target[at++] = flags & 255;
  target[at++] = flags >>> 8;
  at = writeText(target, at, event.stream.tenant);
  at = writeText(target, at, event.stream.key);
  at = writeVarint(target, at, event.version);
  at = writeVarint(target, at, event.slot);
  at = writeVarint(target, at, event.sequence);
  at = writeUint48(target, at, event.recordedAt);
  at = writeText(target, at, event.commandId);
  at = writeBytesOf(target, at, event.commandFingerprint);
  if (prev !== '') at = writeBytesOf(target, at, prev);
  if (causation !== null) at = writeText(target, at, causation);
  if (correlation !== null) at = writeText(target, at, correlation);
  if (root !== null) at = writeText(target, at, root);
  if (hops !== 0) at = writeVarint(target, at, hops);
  if (traceparent !== null) at = writeText(target, at, traceparent);
  if (actor !== null) at = writeText(target, at, actor);
  if (businessLine !== null) at = writeText(target, at, businessLine);
  if (channel !== null) at = writeText(target, at, channel);
  if (event.occurredAt !== null) at = writeDouble(target, at, event.occurredAt);
  return at;
};

/** Throws where a digest has another length than the frame gives it: a defect of the caller. */
export const checkDigests = (event: RecordedEvent): void => {
  if (event.commandFingerprint.length !== FINGERPRINT_BYTES)
    throw new TypeError(`a command fingerprint has ${FINGERPRINT_BYTES} bytes`);
  if (event.prev !== '' && event.prev.length !== PREV_BYTES)
    throw new TypeError(`the identity of the previous event has ${PREV_BYTES} bytes`);
};

const reader = new ByteReader();

/** What the event before said: the next one mostly says the same, and a string that is there already is hashed too. */
const last = { tenant: '', actor: '', channel: '' };

/** Where the event belongs, when it was recorded and in which trace. Throws `unreadableFrame`. */
export const readAddress = (source: Buffer, start: number, end: number) => {
  reader.reset(source, start, end);
  const flags = reader.uint16();
  const tenant = reader.text();
  const key = reader.text();
  const version = reader.varint();
  const slot = reader.varint();
  reader.varint();
  const recordedAt = reader.uint48();
  const traceparent = (flags & TRACEPARENT) === 0 ? null : readTraceparent(flags);
  return { tenant, key, version, slot, recordedAt, traceparent };
};

/** Steps over what stands between the instant and the trace. */
const readTraceparent = (flags: number): string => {
  reader.text();
  reader.latin1(FINGERPRINT_BYTES);
  if ((flags & PREV) !== 0) reader.latin1(PREV_BYTES);
  for (const text of [CAUSATION, CORRELATION, ROOT]) if ((flags & text) !== 0) reader.text();
  if ((flags & HOPS) !== 0) reader.varint();
  return reader.text();
};

/** Reads the attributes that fill `start` to `end` exactly. Throws `unreadableFrame`. */
export const readEnvelope = (
  source: Buffer,
  start: number,
  end: number,
  content: { readonly stream: string; readonly type: string; readonly data: object },
): RecordedEvent => {
  reader.reset(source, start, end);
  const flags = reader.uint16();
  if ((flags & ~KNOWN) !== 0)
    throw unreadableFrame('an envelope has attributes that this build does not know');
  const tenant = (last.tenant = reader.textLike(last.tenant));
  const key = reader.text();
  // The members of an object literal are evaluated in the order in which they stand: the order of the bytes.
  const event: RecordedEvent = {
    stream: { tenant, type: content.stream, key },
    type: content.type,
    data: content.data,
    version: reader.varint(),
    slot: reader.varint(),
    sequence: reader.varint(),
    recordedAt: reader.uint48(),
    commandId: reader.text(),
    commandFingerprint: reader.latin1(FINGERPRINT_BYTES),
    prev: (flags & PREV) === 0 ? '' : reader.latin1(PREV_BYTES),
    causation: (flags & CAUSATION) === 0 ? null : reader.text(),
    correlation: (flags & CORRELATION) === 0 ? null : reader.text(),
    root: (flags & ROOT) === 0 ? null : reader.text(),
    hops: (flags & HOPS) === 0 ? 0 : reader.varint(),
    traceparent: (flags & TRACEPARENT) === 0 ? null : reader.text(),
    actor: (flags & ACTOR) === 0 ? null : (last.actor = reader.textLike(last.actor)),
    businessLine: (flags & BUSINESS_LINE) === 0 ? null : reader.text(),
    channel: (flags & CHANNEL) === 0 ? null : (last.channel = reader.textLike(last.channel)),
    occurredAt: (flags & OCCURRED_AT) === 0 ? null : reader.double(),
  };
  if (reader.at !== end) throw unreadableFrame('an envelope is longer than its attributes');
  return event;
};
