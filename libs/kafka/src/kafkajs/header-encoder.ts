type Encoded = { buf: Buffer; offset: number };
type Header = { readonly key: string; readonly value: string | Buffer };

/** Bytes of a zigzag varint of a length below 2^27. */
const lengthOf = (value: number): number => (value < 64 ? 1 : value < 8192 ? 2 : value < 1_048_576 ? 3 : 4);

/** Writes a length as a zigzag varint; gives the offset behind it. */
const putLength = (target: Buffer, start: number, length: number): number => {
  let at = start;
  let rest = length * 2;
  for (; rest > 127; rest >>>= 7) target[at++] = (rest & 127) | 128;
  target[at++] = rest;
  return at;
};

const MOST_NAMES = 256;

/** Header names with their length in front, made once: there are eight of them. */
const nameCache = (): ((name: string) => Buffer) => {
  const names = new Map<string, Buffer>();
  return (name) => {
    const known = names.get(name);
    if (known !== undefined) return known;
    const length = Buffer.byteLength(name);
    const made = Buffer.allocUnsafeSlow(lengthOf(length) + length);
    made.write(name, putLength(made, 0, length));
    if (names.size < MOST_NAMES) names.set(name, made);
    return made;
  };
};

/**
 * kafkajs 2.2.4 makes an encoder of 512 zero-filled bytes for each header of each record: with the headers of one event
 * that is two thirds of its throughput. This writes a header in exactly its size.
 * Replaces `protocol/recordBatch/header/v0`, so it must run before kafkajs is loaded. Upstream: not reported there.
 */
export const encodeHeadersInTheirSize = (require: NodeJS.Require): void => {
  const Encoder = require('kafkajs/src/protocol/encoder.js') as { readonly prototype: object };
  const nameOf = nameCache();
  const encode = ({ key, value }: Header): Encoded => {
    const name = nameOf(key);
    const length = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
    const buf = Buffer.allocUnsafe(name.length + lengthOf(length) + length);
    name.copy(buf);
    const at = putLength(buf, name.length, length);
    if (typeof value === 'string') buf.write(value, at);
    else value.copy(buf, at);
    return Object.assign(Object.create(Encoder.prototype) as Encoded, { buf, offset: buf.length });
  };
  const path = require.resolve('kafkajs/src/protocol/recordBatch/header/v0/index.js');
  require(path);
  const module = require.cache[path];
  if (module !== undefined) module.exports = encode;
};
