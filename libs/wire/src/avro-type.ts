// The Avro library behind two small types. Bytes come from disk: nothing is decoded before its bounds are proven,
// because the library allocates what a count says before it has seen the items.
import avsc from 'avsc';

/** `node(source, at, end)` gives the offset behind one value, or -1 where the bytes are none. */
type Bounds = (source: Buffer, at: number, end: number) => number;

/** A compiled Avro schema. */
export type AvroType = {
  /** Writes `value`, gives the offset behind it; negative: no room. Throws a TypeError where it does not fit the schema. */
  readonly encode: (value: object, target: Buffer, at: number) => number;
  readonly type: avsc.Type;
  /** Offset behind the value that starts at `at` and ends at or before `end`; -1 where the bytes are no value. */
  readonly bounds: Bounds;
};

/** Compiles a schema. Throws where it is no Avro schema of the kinds that Orderloom uses. */
export const avroType = (schema: object): AvroType => {
  const type = avsc.Type.forSchema(structuredClone(schema) as avsc.Schema, { omitRecordMethods: true });
  const asBuffers = bytesAsBuffers(type);
  return {
    type,
    bounds: boundsOf(type, new Map<avsc.Type, Bounds>()),
    encode: (value, target, at) => {
      try {
        return type.encode(asBuffers ? asBuffers(value) : value, target, at);
      } catch {
        // The library's message quotes the value, which may be anybody's data.
        throw new TypeError(`a value does not fit the schema of ${type.name ?? type.typeName}`);
      }
    },
  };
};

/** What a type is made of; which of them it has follows from its `typeName`. */
type Parts = {
  readonly itemsType: avsc.Type;
  readonly valuesType: avsc.Type;
  readonly fields: readonly { readonly name: string; readonly type: avsc.Type }[];
  readonly types: readonly avsc.Type[];
};
const partsOf = (type: avsc.Type): Parts => type as unknown as Parts;

/** Offset behind one variable-length number; -1 where it does not end. */
const skipNumber: Bounds = (source, at, end) => {
  const last = Math.min(end, at + 10);
  for (let i = at; i < last; i++) if ((source[i] ?? 0) < 128) return i + 1;
  return -1;
};

/** The zigzag number at `at`; exact below 2^53, above that only its size matters here. */
const numberAt = (source: Buffer, at: number): number => {
  let value = 0;
  let scale = 1;
  for (let i = at; ; i++) {
    const byte = source[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    scale *= 128;
  }
};

const skipText: Bounds = (source, at, end) => {
  const from = skipNumber(source, at, end);
  if (from < 0) return -1;
  const length = numberAt(source, at);
  return length >= 0 && length <= end - from ? from + length : -1;
};

/** Blocks of items until an empty one. A block with a byte size in front is legal Avro, but nobody here writes it. */
const skipBlocks =
  (item: Bounds): Bounds =>
  (source, start, end) => {
    let at = start;
    for (;;) {
      const from = skipNumber(source, at, end);
      if (from < 0) return -1;
      const count = numberAt(source, at);
      if (count === 0) return from;
      if (count < 0 || count > end - from) return -1;
      at = from;
      for (let i = 0; i < count && at >= 0; i++) at = item(source, at, end);
      if (at < 0) return -1;
    }
  };

const skipAll =
  (parts: readonly Bounds[]): Bounds =>
  (source, start, end) => {
    let at = start;
    for (const part of parts) if (at >= 0) at = part(source, at, end);
    return at;
  };

const skipBranch =
  (branches: readonly Bounds[]): Bounds =>
  (source, at, end) => {
    const from = skipNumber(source, at, end);
    const branch = from < 0 ? undefined : branches[numberAt(source, at)];
    return branch ? branch(source, from, end) : -1;
  };

const boundsOf = (type: avsc.Type, seen: Map<avsc.Type, Bounds>): Bounds => {
  const known = seen.get(type);
  if (known) return known;
  const made = boundsOfNew(type, seen);
  seen.set(type, made);
  return made;
};

const boundsOfNew = (type: avsc.Type, seen: Map<avsc.Type, Bounds>): Bounds => {
  switch (type.typeName) {
    case 'null':
      return (_source, at) => at;
    case 'boolean':
      return (_source, at, end) => (at < end ? at + 1 : -1);
    case 'int':
    case 'long':
      return skipNumber;
    case 'string':
    case 'bytes':
      return skipText;
    case 'array':
      return skipBlocks(boundsOf(partsOf(type).itemsType, seen));
    case 'map':
      return skipBlocks(skipAll([skipText, boundsOf(partsOf(type).valuesType, seen)]));
    case 'record':
      return skipAll(partsOf(type).fields.map((field) => boundsOf(field.type, seen)));
    case 'union:unwrapped':
      return skipBranch(partsOf(type).types.map((branch) => boundsOf(branch, seen)));
    default:
      throw new TypeError(`Avro type ${type.typeName} is not used here`);
  }
};

type Convert = (value: unknown) => unknown;

/** The library writes bytes from a Buffer only, a message may hold any `Uint8Array`. Nothing where there are no bytes. */
const bytesAsBuffers = (type: avsc.Type): ((value: object) => object) | undefined =>
  converter(type) as ((value: object) => object) | undefined;

const converter = (type: avsc.Type): Convert | undefined => {
  switch (type.typeName) {
    case 'bytes':
      return (value) =>
        value instanceof Uint8Array && !Buffer.isBuffer(value)
          ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
          : value;
    case 'array': {
      const item = converter(partsOf(type).itemsType);
      // Mostly they are Buffers already: then the array, and the record around it, stay as they are.
      const isUnfit = (value: unknown): boolean => item?.(value) !== value;
      return item && ((value) => (Array.isArray(value) && value.some(isUnfit) ? value.map(item) : value));
    }
    case 'record':
      return recordConverter(type);
    case 'union:unwrapped':
      return partsOf(type)
        .types.map(converter)
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
};

const recordConverter = (type: avsc.Type): Convert | undefined => {
  const fields = partsOf(type).fields.flatMap(({ name, type: inner }) => {
    const convert = converter(inner);
    return convert ? [{ name, convert }] : [];
  });
  if (fields.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    let result = value as Record<string, unknown>;
    for (const { name, convert } of fields) {
      const before = result[name];
      const after = convert(before);
      if (after === before) continue;
      if (result === value) result = { ...result };
      result[name] = after;
    }
    return result;
  };
};
