// Every event type and every command type there is, with any content its schema allows.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { avroType } from './avro-type.ts';
import { avroCommands, avroEvents, clearRecords } from './generated/avro.ts';
import { wireCodec } from './wire-codec.ts';

type Schema = string | readonly Schema[] | SchemaNode;
type SchemaNode = {
  readonly type: string;
  readonly name?: string;
  readonly items?: Schema;
  readonly values?: Schema;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
};

// What the Avro library carries without loss; validation lets nothing else through.
const LARGEST = Number.MAX_SAFE_INTEGER - 1;
const SMALLEST = -(2 ** 52);

/** Any value of an Avro schema. */
const valueOf = (schema: Schema, named: Map<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => {
  if (typeof schema === 'object' && 'length' in schema)
    return fc.oneof(...schema.map((branch) => valueOf(branch, named)));
  const node: SchemaNode = typeof schema === 'string' ? { type: schema } : schema;
  switch (node.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.integer({ min: SMALLEST, max: LARGEST });
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 200 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 });
    case 'array':
      return fc.array(valueOf(node.items!, named), { maxLength: 5 });
    case 'map':
      return fc.dictionary(
        fc.string({ maxLength: 20 }).filter((key) => key !== '__proto__'),
        valueOf(node.values!, named),
      );
    case 'record': {
      const fields = node.fields!.map((field) => [field.name, valueOf(field.type, named)] as const);
      const record = fc.record(Object.fromEntries(fields));
      named.set(node.name!, record);
      return record;
    }
    default:
      return named.get(node.type)!;
  }
};

const contentOf = (schema: object) => valueOf(schema as SchemaNode, new Map()) as fc.Arbitrary<object>;

/** Bytes of whatever class as a list, objects of whatever class as plain ones. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (isBytes(inner) ? [...bytesOf(inner)] : inner)));
type BufferJson = { readonly type: 'Buffer'; readonly data: readonly number[] };
const isBytes = (value: unknown): value is Uint8Array | BufferJson =>
  value instanceof Uint8Array ||
  (typeof value === 'object' && (value as BufferJson | null)?.type === 'Buffer');
const bytesOf = (value: Uint8Array | BufferJson) => (value instanceof Uint8Array ? value : value.data);

const numRuns = process.env['ORDERLOOM_SIZE'] === 'full' ? 2_000 : 50;
const codec = wireCodec();
codec.bind(codec.schemas().map((schema, id) => ({ ...schema, id })));
const target = Buffer.alloc(1 << 20);

describe('every event', () => {
  test.each(avroEvents.map((event) => [event.name, event] as const))(
    '%s comes back as it was',
    (_name, message) => {
      fc.assert(
        fc.property(contentOf(message.schema), (data) => {
          const attribution = { causation: null, correlation: null, root: null, hops: 0, traceparent: null };
          const said = { actor: null, businessLine: null, channel: null, occurredAt: null, commandId: 'c' };
          const place = {
            version: 1,
            slot: 1,
            sequence: 1,
            recordedAt: 1,
            prev: '',
            commandFingerprint: '12345678',
          };
          const stream = { tenant: 't', type: message.stream, key: 'k' };
          const event = { stream, type: message.type, data, ...place, ...attribution, ...said };
          const end = codec.writeFrame(event, target, 0);
          const read = codec.readFrame(target, 0);
          expect(plain(read.event)).toEqual(plain(event));
          expect([read.end, read.identity]).toEqual([end, codec.lastIdentity()]);
        }),
        { numRuns },
      );
    },
  );
});

describe('every command and clear record', () => {
  const messages = [...avroCommands, ...clearRecords];
  test.each(messages.map(({ name, schema }) => [name, schema] as const))(
    '%s comes back as it was',
    (_name, schema) => {
      const avro = avroType(schema);
      fc.assert(
        fc.property(contentOf(schema), (data) => {
          const end = avro.encode(data, target, 0);
          expect(avro.bounds(target, 0, end)).toBe(end);
          expect(plain(avro.type.decode(target, 0).value)).toEqual(plain(data));
        }),
        { numRuns },
      );
    },
  );

  test.each(avroCommands.map((command) => [command.name, command] as const))(
    '%s has one fingerprint for one content',
    (_name, { stream, type, schema }) => {
      fc.assert(
        fc.property(contentOf(schema), (data) => {
          const one = codec.fingerprint(stream, type, data);
          expect(codec.fingerprint(stream, type, structuredClone(data))).toBe(one);
          expect(one).toHaveLength(8);
        }),
        { numRuns: Math.ceil(numRuns / 5) },
      );
    },
  );
});
