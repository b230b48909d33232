// [u32 length of what follows][u16 envelope length][envelope][payload], little endian.
// The envelope begins with the log's own number of the schema. That number is transport: identity covers the
// attributes behind it, the payload and the schema's fingerprint, so an event is the same event in every log.
import { hash } from 'node:crypto';
import type { RecordedEvent } from '@orderloom/decider';
import { type DecodedFrame, unreadableFrame } from '@orderloom/engine';
import { checkDigests, envelopeBound, readEnvelope, writeEnvelope } from './envelope.ts';
import type { EventReader, EventWriter } from './schema-table.ts';

const LENGTH_BYTES = 4;
const HEAD_BYTES = 6;
const SCHEMA_ID_BYTES = 2;
const FINGERPRINT_BYTES = 32;
const IDENTITY_BYTES = 16;
const LARGEST_ENVELOPE = 0xffff;

/** A digest as a string costs a fifth of a digest as a Buffer; 'binary' is Node's other name for latin1. */
const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'binary');

/** The frame's room ends here. The caller halves the group or grows the buffer. */
const noRoom = (): RangeError => new RangeError('the target has no room for the frame');

export type FrameWriter = {
  readonly write: (event: RecordedEvent, writer: EventWriter, target: Buffer, at: number) => number;
  readonly identity: () => string;
};

export const frameWriter = (): FrameWriter => {
  let digest = '';
  return {
    write: (event, writer, target, start) => {
      checkDigests(event);
      const attributes = start + HEAD_BYTES + SCHEMA_ID_BYTES;
      if (attributes + envelopeBound(event) > target.length) throw noRoom();
      const payload = writeEnvelope(event, target, attributes);
      const envelopeLength = payload - start - HEAD_BYTES;
      if (envelopeLength > LARGEST_ENVELOPE)
        throw new TypeError(`the envelope of an event may have ${LARGEST_ENVELOPE} bytes`);
      const end = writer.avro.encode(event.data, target, payload);
      if (end < 0 || end + FINGERPRINT_BYTES > target.length) throw noRoom();
      target.writeUInt32LE(end - start - LENGTH_BYTES, start);
      target.writeUInt16LE(envelopeLength, start + LENGTH_BYTES);
      target.writeUInt16LE(writer.id, start + HEAD_BYTES);
      // Hashed together with the frame, then overwritten by the next one.
      target.set(writer.fingerprint, end);
      digest = sha256(target.subarray(attributes, end + FINGERPRINT_BYTES));
      return end;
    },
    identity: () => digest.slice(0, IDENTITY_BYTES),
  };
};

/** Room for the bytes of one identity; grows with the largest frame. */
let scratch = Buffer.allocUnsafeSlow(4096);

/** A frame that was read. Its identity is hashed only for those who ask: folding a view takes none. */
class ReadFrame implements DecodedFrame {
  readonly event: RecordedEvent;
  readonly end: number;
  readonly #source: Buffer;
  readonly #from: number;
  readonly #fingerprint: Buffer;

  constructor(
    event: RecordedEvent,
    source: Buffer,
    [from, end]: readonly [number, number],
    fingerprint: Buffer,
  ) {
    this.event = event;
    this.end = end;
    this.#source = source;
    this.#from = from;
    this.#fingerprint = fingerprint;
  }

  get identity(): string {
    const length = this.end - this.#from;
    if (length + FINGERPRINT_BYTES > scratch.length)
      scratch = Buffer.allocUnsafeSlow(2 * length + FINGERPRINT_BYTES);
    this.#source.copy(scratch, 0, this.#from, this.end);
    scratch.set(this.#fingerprint, length);
    return sha256(scratch.subarray(0, length + FINGERPRINT_BYTES)).slice(0, IDENTITY_BYTES);
  }
}

/** Reads the frame at `start`. Throws `unreadableFrame`; allocates nothing that the bytes themselves do not fill. */
export const frameReader =
  (readerOf: (id: number) => EventReader): ((source: Buffer, start: number) => DecodedFrame) =>
  (source, start) => {
    const head = start + HEAD_BYTES;
    if (head + SCHEMA_ID_BYTES > source.length)
      throw unreadableFrame('the bytes end inside the head of a frame');
    const end = start + LENGTH_BYTES + source.readUInt32LE(start);
    const payload = head + source.readUInt16LE(start + LENGTH_BYTES);
    const attributes = head + SCHEMA_ID_BYTES;
    if (end > source.length || payload > end || payload < attributes)
      throw unreadableFrame('the lengths of a frame do not fit its bytes');
    const reader = readerOf(source.readUInt16LE(head));
    if (reader.bounds(source, payload, end) !== end)
      throw unreadableFrame(`a payload is no ${reader.type}: its bytes do not fit the schema`);
    const { stream, type, fingerprint } = reader;
    const content = { stream, type, data: decoded(reader, source, payload) };
    const event = readEnvelope(source, attributes, payload, content);
    return new ReadFrame(event, source, [attributes, end], fingerprint);
  };

const decoded = (reader: EventReader, source: Buffer, payload: number): object => {
  try {
    return reader.decode(source, payload);
  } catch (cause) {
    throw unreadableFrame(`a payload is no ${reader.type}`, cause);
  }
};
