import { eventIdOf, streamIdOf } from '@orderloom/decider';
import { LANES, unreadableFrame, type FrameParts, type StepSource } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';
import { framed, unframed } from './framing.ts';
import type { SchemaNumbers } from './schema-numbers.ts';
import { putVarint, takeVarint } from './varint.ts';

/** The one packed header: everything about an event that strangers do not filter on. Its first byte is its version. */
const PACKED = 'orderloom';
const PACKED_VERSION = 1;
const SPEC_VERSION = '1.0';
const SOURCE = '/orderloom';
const NO_LANE = 255;

/** Where an event stands in its partition's log, and which record it comes from. */
export type EventPlace = {
  /** Index in the log, from 1, dense. */
  readonly index: number;
  /** Index of the first event of its group, and how many it has: a group that is not whole is noticed. */
  readonly first: number;
  readonly count: number;
  readonly source: Pick<StepSource, 'lane' | 'offset'>;
};

export type EventRecord = EventPlace & { readonly frame: Buffer };

const scratch = Buffer.allocUnsafeSlow(64);

const pack = ({ index, first, count, source }: EventPlace, attributes: Uint8Array): Buffer => {
  let at = 0;
  scratch[at++] = PACKED_VERSION;
  at = putVarint(scratch, at, first);
  at = putVarint(scratch, at, index - first);
  at = putVarint(scratch, at, count);
  scratch[at++] = source.lane === null ? NO_LANE : LANES.indexOf(source.lane);
  at = putVarint(scratch, at, source.offset);
  return Buffer.concat([scratch.subarray(0, at), attributes]);
};

const unpack = (packed: Buffer): { readonly place: EventPlace; readonly attributes: Buffer } => {
  if (packed[0] !== PACKED_VERSION)
    throw unreadableFrame(
      `the header ${PACKED} has version ${String(packed[0])}, this build reads ${String(PACKED_VERSION)}`,
    );
  const first = takeVarint(packed, 1);
  const behind = takeVarint(packed, first.end);
  const count = takeVarint(packed, behind.end);
  const lane = LANES[packed[count.end] ?? NO_LANE] ?? null;
  const offset = takeVarint(packed, count.end + 1);
  return {
    place: {
      index: first.value + behind.value,
      first: first.value,
      count: count.value,
      source: { lane, offset: offset.value },
    },
    attributes: packed.subarray(offset.end),
  };
};

/** Writes events as records of a topic that any Kafka consumer can read: CloudEvents in binary mode. */
export const eventWriter =
  (parts: FrameParts, numbers: SchemaNumbers) =>
  (
    frames: Buffer,
    at: number,
    place: EventPlace,
  ): { readonly message: NewRecord; readonly streamType: string; readonly end: number } => {
    const event = parts.cut(frames, at);
    const { stream, version, recordedAt, slot, traceparent } = event;
    return {
      end: event.end,
      streamType: stream.type,
      message: {
        key: String(slot),
        value: framed(numbers.idOf(event.schema), event.payload),
        timestamp: String(recordedAt),
        headers: {
          ce_specversion: SPEC_VERSION,
          ce_id: eventIdOf({ stream, version }),
          ce_source: SOURCE,
          ce_type: event.cloudEventsType,
          ce_subject: streamIdOf(stream),
          ce_time: new Date(recordedAt).toISOString(),
          tenant: stream.tenant,
          ...(traceparent === null ? {} : { traceparent }),
          [PACKED]: pack(place, event.attributes),
        },
      },
    };
  };

/**
 * A registry that was emptied and filled again in another order gives an id to another schema, whose bytes may even fit.
 * The record's own `ce_type` says what was written; each pair of schema and type is looked at once.
 */
const typeCheck = (parts: FrameParts): ((number: number, said: string, frame: Buffer) => void) => {
  const agreed = new Set<string>();
  return (number, said, frame) => {
    const pair = `${String(number)} ${said}`;
    if (agreed.has(pair)) return;
    const { cloudEventsType } = parts.cut(frame, 0);
    if (cloudEventsType !== said)
      throw unreadableFrame(
        `its schema is that of ${cloudEventsType}, its header says ${said}: the registry has other ids than when it was written`,
      );
    agreed.add(pair);
  };
};

/** Reads them back, byte for byte the frame that was written. Throws `unreadable-frame`. */
export const eventReader = (
  parts: FrameParts,
  numbers: SchemaNumbers,
): ((message: Pick<ReadRecord, 'headers' | 'value'>) => EventRecord) => {
  const check = typeCheck(parts);
  return ({ headers, value }) => {
    const packed = headers?.[PACKED];
    if (!Buffer.isBuffer(packed) || value === null)
      throw unreadableFrame(`a record lacks its value or the header ${PACKED}`);
    const { id, payload } = unframed(value);
    const { place, attributes } = unpack(packed);
    const number = numbers.numberOf(id);
    const frame = parts.join(number, attributes, payload);
    check(number, String(headers?.['ce_type']), frame);
    return { ...place, frame };
  };
};
