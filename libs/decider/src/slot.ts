/** The number of shares that all streams are cut into. It never changes; partitions are a table over slots. */
export const SLOTS = 1024;

/** UTF-8 bytes of a string; lone surrogates become U+FFFD, as everywhere else on the wire. O(n). */
export const utf8 = (text: string): Uint8Array => {
  const ascii = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return utf8OfAny(text);
    ascii[i] = code;
  }
  return ascii;
};

const utf8OfAny = (text: string): Uint8Array => {
  const bytes: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return Uint8Array.from(bytes);
};

const M = 0x5bd1e995;

/**
 * MurmurHash2, 32 bits, seed 0x9747b28c: the function and seed of the Java Kafka client's default partitioner,
 * so that a producer in any language finds it in a library. Source: Austin Appleby, MurmurHash2 (public domain).
 */
export const murmur2 = (bytes: Uint8Array): number => {
  const length = bytes.length;
  const byte = (index: number): number => bytes[index] ?? 0;
  let hash = 0x9747b28c ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  if (at < length) {
    for (let i = length - 1; i >= at; i--) hash ^= byte(i) << (8 * (i - at));
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
};

/** Text as bytes where it is ASCII, which most keys are: several times cheaper than UTF-8. */
const scratch = new Uint8Array(1024);

const bytesOf = (text: string): Uint8Array => {
  if (text.length > scratch.length) return utf8(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return utf8(text);
    scratch[i] = code;
  }
  return scratch.subarray(0, text.length);
};

/** The slot of a key: murmur2(tenant, 0x00, key) mod 1024. Test vectors: docs/reference/slots.md. */
export const slotOf = (tenant: string, key: string): number =>
  (murmur2(bytesOf(`${tenant}\0${key}`)) & 0x7fffffff) % SLOTS;
