// Which schema id of a log stands for which message, and how its bytes become what this build reads.
import { unreadableFrame, type WriterSchema } from '@orderloom/engine';
import { avroType, type AvroType } from './avro-type.ts';
import type { AvroMessage } from './generated/avro.ts';
import { upcastChain, type Upcaster } from './upcasters.ts';

/** How an event type of this build is written. */
export type EventWriter = { readonly id: number; readonly fingerprint: Buffer; readonly avro: AvroType };

/** How the frames of one writer's schema are read. */
export type EventReader = {
  readonly stream: string;
  readonly type: string;
  /** 32 bytes: part of the identity of every event that was written with it. */
  readonly fingerprint: Buffer;
  readonly bounds: AvroType['bounds'];
  readonly decode: (source: Buffer, at: number) => object;
};

export type SchemaTable = {
  /** Throws a TypeError for an event type that is not declared or that the log was not told of. */
  readonly writer: (stream: string, type: string) => EventWriter;
  /** Throws `unreadableFrame` where this build knows no way to read the schema. */
  readonly reader: (id: number) => EventReader;
  /** Throws `unreadableFrame` where the log has no schema of that number. */
  readonly stored: (id: number) => WriterSchema;
};

/** The log's numbering is 16 bits wide: far more schemas than a program has in its life. */
const LARGEST_ID = 0xffff;

/** Binds the event types of this build to the numbering of a log. */
export const schemaTable = (
  messages: readonly AvroMessage[],
  upcasters: readonly Upcaster[],
  stored: readonly WriterSchema[],
): SchemaTable => {
  const idOf = new Map(stored.map(({ fingerprint, id }) => [fingerprint, id]));
  const byId = new Map(stored.map((schema) => [schema.id, schema]));
  const tooLarge = stored.find(({ id }) => id > LARGEST_ID || id < 0);
  if (tooLarge) throw new TypeError(`schema id ${tooLarge.id} does not fit into 16 bits`);

  const writers = new Map<string, Map<string, EventWriter>>();
  const readers = new Map<number, EventReader>();
  const readable = messages.map((message) => ({ message, avro: lazily(() => avroType(message.schema)) }));

  const makeWriter = (stream: string, type: string): EventWriter => {
    const found = readable.find(({ message }) => message.stream === stream && message.type === type);
    if (!found) throw new TypeError(`there is no event ${type} of ${stream}`);
    const { fingerprint } = found.message;
    const id = idOf.get(fingerprint);
    if (id === undefined) throw new TypeError(`the log has no schema of ${type}: bind() comes first`);
    const writer = { id, fingerprint: Buffer.from(fingerprint, 'hex'), avro: found.avro() };
    let ofStream = writers.get(stream);
    if (!ofStream) writers.set(stream, (ofStream = new Map<string, EventWriter>()));
    ofStream.set(type, writer);
    return writer;
  };

  const storedOf = (id: number): WriterSchema => {
    const schema = byId.get(id);
    if (!schema) throw unreadableFrame(`schema ${id} is not in the log's table`);
    return schema;
  };

  const makeReader = (id: number): EventReader => {
    const reader = readerOf(storedOf(id), readable, upcasters);
    readers.set(id, reader);
    return reader;
  };

  return {
    writer: (stream, type) => writers.get(stream)?.get(type) ?? makeWriter(stream, type),
    reader: (id) => readers.get(id) ?? makeReader(id),
    stored: storedOf,
  };
};

type Readable = { readonly message: AvroMessage; readonly avro: () => AvroType };

const readerOf = (
  schema: WriterSchema,
  readable: readonly Readable[],
  upcasters: readonly Upcaster[],
): EventReader => {
  const chain = upcastChain(upcasters, schema);
  const target = readable.find(({ message }) => message.name === (chain?.name ?? schema.name));
  if (!target) throw unreadableFrame(`${schema.name} is not an event of this build; a later one may read it`);
  const { message } = target;
  if (chain && chain.fingerprint !== message.fingerprint)
    throw new TypeError(
      `the upcasters of ${schema.name} end at a shape of ${message.name} that is not the present one`,
    );
  const written = schema.fingerprint === message.fingerprint ? target.avro() : parse(schema);
  return {
    stream: message.stream,
    type: message.type,
    fingerprint: Buffer.from(schema.fingerprint, 'hex'),
    bounds: written.bounds,
    decode: chain
      ? (source, at) => chain.upcast(written.type.decode(source, at).value as object)
      : decoder(written, target.avro(), schema.name),
  };
};

const decoder = (written: AvroType, read: AvroType, name: string): EventReader['decode'] => {
  if (written === read) return (source, at) => read.type.decode(source, at).value as object;
  try {
    const resolver = read.type.createResolver(written.type);
    return (source, at) => read.type.decode(source, at, resolver).value as object;
  } catch (cause) {
    throw unreadableFrame(`${name} was written in a form that this build cannot read`, cause);
  }
};

const parse = (schema: WriterSchema): AvroType => {
  try {
    return avroType(JSON.parse(schema.json) as object);
  } catch (cause) {
    throw unreadableFrame(`the stored schema of ${schema.name} is no Avro schema`, cause);
  }
};

const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
