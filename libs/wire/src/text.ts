// Strings and numbers as bytes. Offsets are passed in and out: no object lives per value.
import { unreadableFrame } from '@orderloom/engine';

/** Longest text that a character loop writes faster than a call into the runtime. Its length fits one byte. */
const SHORT = 63;

/** Unsigned LEB128; `value` is a non-negative safe integer. Gives the offset behind it. */
export const writeVarint = (target: Buffer, at: number, value: number): number => {
  let rest = value;
  while (rest > 0x7fffffff) {
    target[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    target[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
};

/** UTF-8 behind its length in bytes. */
export const writeText = (target: Buffer, at: number, text: string): number => {
  const length = text.length;
  if (length > SHORT) return writeLongText(target, at, text);
  const from = at + 1;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return writeLongText(target, at, text);
    target[from + i] = unit;
  }
  target[at] = length;
  return from + length;
};

const writeLongText = (target: Buffer, at: number, text: string): number => {
  const length = Buffer.byteLength(text);
  const from = writeVarint(target, at, length);
  target.write(text, from, length, 'utf8');
  return from + length;
};

/** A string whose characters are bytes (a digest, or the part of one) without its length. */
export const writeBytesOf = (target: Buffer, at: number, latin1: string): number => {
  for (let i = 0; i < latin1.length; i++) target[at + i] = latin1.charCodeAt(i);
  return at + latin1.length;
};

const isAsciiOf = (source: Buffer, at: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const byte = source[at + i] ?? 128;
    if (byte > 127 || byte !== text.charCodeAt(i)) return false;
  }
  return true;
};

/** Reads values one after the other and never past `end`. Throws `unreadableFrame` instead. */
export class ByteReader {
  private source: Buffer = Buffer.alloc(0);
  at = 0;
  private end = 0;

  reset(source: Buffer, at: number, end: number): void {
    this.source = source;
    this.at = at;
    this.end = end;
  }

  /** Takes `count` bytes and gives the offset of the first. */
  private take(count: number): number {
    const from = this.at;
    if (count > this.end - from) throw unreadableFrame('an envelope ends in the middle of a value');
    this.at = from + count;
    return from;
  }

  byte(): number {
    return this.source[this.take(1)] ?? 0;
  }

  uint16(): number {
    return this.source.readUInt16LE(this.take(2));
  }

  uint48(): number {
    return this.source.readUIntLE(this.take(6), 6);
  }

  double(): number {
    return this.source.readDoubleLE(this.take(8));
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (Number.isSafeInteger(value)) return value;
        break;
      }
    }
    throw unreadableFrame('an envelope holds a number over 2^53');
  }

  text(): string {
    const length = this.varint();
    const from = this.take(length);
    return this.source.toString('utf8', from, from + length);
  }

  /** Gives `expected` itself, and makes no string, where that is what stands here in ASCII. */
  textLike(expected: string): string {
    const start = this.at;
    const length = this.varint();
    if (length === expected.length) {
      const from = this.take(length);
      if (isAsciiOf(this.source, from, expected)) return expected;
    }
    this.at = start;
    return this.text();
  }

  latin1(length: number): string {
    const from = this.take(length);
    return this.source.toString('latin1', from, from + length);
  }
}
