// A frame as a record of a public topic: what the log numbers and what strangers filter on apart from the rest.
import { unreadableFrame, type EventParts, type FrameParts } from '@orderloom/engine';
import { readAddress } from './envelope.ts';
import type { EventReader } from './schema-table.ts';

const LENGTH_BYTES = 4;
const HEAD_BYTES = 6;
const SCHEMA_ID_BYTES = 2;

/** Frames of one log taken apart and put together; no payload is decoded. */
export const frameParts = (
  readerOf: (id: number) => Pick<EventReader, 'stream' | 'type'>,
  cloudEventsTypeOf: (streamType: string, eventType: string) => string,
): Omit<FrameParts, 'schemaOf'> => {
  const cut = (frames: Buffer, start: number): EventParts => {
    const head = start + HEAD_BYTES;
    if (head + SCHEMA_ID_BYTES > frames.length)
      throw unreadableFrame('the bytes end inside the head of a frame');
    const end = start + LENGTH_BYTES + frames.readUInt32LE(start);
    const payload = head + frames.readUInt16LE(start + LENGTH_BYTES);
    const attributes = head + SCHEMA_ID_BYTES;
    if (end > frames.length || payload > end || payload < attributes)
      throw unreadableFrame('the lengths of a frame do not fit its bytes');
    const schema = frames.readUInt16LE(head);
    const { stream, type } = readerOf(schema);
    const { tenant, key, version, slot, recordedAt, traceparent } = readAddress(frames, attributes, payload);
    return {
      schema,
      attributes: frames.subarray(attributes, payload),
      payload: frames.subarray(payload, end),
      end,
      stream: { tenant, type: stream, key },
      version,
      slot,
      recordedAt,
      cloudEventsType: cloudEventsTypeOf(stream, type),
      traceparent,
    };
  };
  return {
    cut,
    join: (schema, attributes, payload) => {
      const envelope = SCHEMA_ID_BYTES + attributes.length;
      const frame = Buffer.allocUnsafe(HEAD_BYTES + envelope + payload.length);
      frame.writeUInt32LE(frame.length - LENGTH_BYTES, 0);
      frame.writeUInt16LE(envelope, LENGTH_BYTES);
      frame.writeUInt16LE(schema, HEAD_BYTES);
      frame.set(attributes, HEAD_BYTES + SCHEMA_ID_BYTES);
      frame.set(payload, HEAD_BYTES + envelope);
      return frame;
    },
  };
};
