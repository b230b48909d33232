import { hash } from 'node:crypto';
import type { RecordedEvent } from '@orderloom/decider';
import { unreadableFrame } from '../errors.ts';
import type { Codec, CommandCodec, FrameParts } from '../ports/codec.ts';

const bytesAsText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;

const textAsBytes = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$bytes' in value && typeof value.$bytes === 'string'
    ? new Uint8Array(Buffer.from(value.$bytes, 'base64'))
    : value;

const canonical = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The one schema of everything here; a log numbers it 1. */
const JSON_SCHEMA = { name: 'json', fingerprint: '00', json: '{}' };

/**
 * Events as JSON, for tests and examples of the engine without schemas: `[u32 length][u16 0][JSON]`.
 * Validates nothing; every schema is the name of its event.
 */
export const jsonCodec = (): Codec & FrameParts => {
  let identity = '';
  const identityOf = (text: Uint8Array): string => hash('sha256', text, 'binary').slice(0, 16);
  return {
    writeFrame: (event, target, at) => {
      const text = Buffer.from(JSON.stringify(event, bytesAsText));
      if (at + 6 + text.length > target.length) throw new RangeError('the group has no room for the frame');
      target.writeUInt32LE(text.length + 2, at);
      target.writeUInt16LE(0, at + 4);
      text.copy(target, at + 6);
      identity = identityOf(text);
      return at + 6 + text.length;
    },
    lastIdentity: () => identity,
    readFrame: (source, at) => {
      const length = at + 4 <= source.length ? source.readUInt32LE(at) : 0;
      const end = at + 4 + length;
      if (length < 2 || end > source.length) throw unreadableFrame('the frame is cut off');
      const text = source.subarray(at + 6, end);
      try {
        const event = JSON.parse(text.toString(), textAsBytes) as RecordedEvent;
        return { event, identity: identityOf(text), end };
      } catch (cause) {
        throw unreadableFrame('the frame is not JSON', cause);
      }
    },
    fingerprint: (streamType, commandType, data) =>
      hash('sha256', JSON.stringify([streamType, commandType, canonical(data)], bytesAsText), 'binary').slice(
        0,
        8,
      ),
    validate: () => [],
    schemas: () => [JSON_SCHEMA],
    bind: () => undefined,
    cut: (frames, at) => {
      const end = at + 4 + frames.readUInt32LE(at);
      const payload = frames.subarray(at + 6, end);
      const event = JSON.parse(payload.toString()) as RecordedEvent;
      const { stream, version, slot, recordedAt, type, traceparent } = event;
      const attributes = frames.subarray(at, at);
      return {
        ...{ schema: 1, attributes, payload, end },
        ...{ stream, version, slot, recordedAt, cloudEventsType: type, traceparent },
      };
    },
    join: (_, __, payload) => {
      const frame = Buffer.alloc(6 + payload.length);
      frame.writeUInt32LE(payload.length + 2, 0);
      frame.set(payload, 6);
      return frame;
    },
    schemaOf: (schema) => ({ ...JSON_SCHEMA, id: schema }),
  };
};

/** Commands as JSON, for the same tests. */
export const jsonCommands = (): CommandCodec => ({
  schemas: () => [JSON_SCHEMA],
  bind: () => undefined,
  write: (streamType, commandType, data) => ({
    schema: 1,
    payload: Buffer.from(JSON.stringify({ streamType, commandType, data }, bytesAsText)),
  }),
  read: (_, payload) => {
    try {
      return JSON.parse(payload.toString(), textAsBytes) as ReturnType<CommandCodec['read']>;
    } catch (cause) {
      throw unreadableFrame('the command is not JSON', cause);
    }
  },
});
