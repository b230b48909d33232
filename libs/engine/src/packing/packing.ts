import { deserialize, serialize } from 'node:v8';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Dictionary } from './dictionary.ts';

/** What a value begins with. Below these stands the number itself: most numbers of a state are small. */
const TAG = {
  null: 128,
  undefined: 129,
  false: 130,
  true: 131,
  whole: 132,
  below: 133,
  number: 134,
  latin1: 135,
  utf16: 136,
  known: 137,
  array: 138,
  shaped: 139,
  spelled: 140,
  other: 141,
} as const;

/** Bytes of a number with what it begins with. */
const LONGEST_NUMBER = 9;
const MOST_WHOLE = 0x7fff_ffff;

/**
 * Packs values into short texts, one byte a character, and makes equal values of them again: names and texts that many
 * values say stand in a dictionary, small numbers are a byte each. A packed order is about a tenth of its objects, and
 * one thing to the garbage collector. What is no JSON value is packed too, less tightly. O(size) both ways.
 *
 * In front of each value stands a number that is read without unpacking anything.
 */
export class Packing {
  readonly dictionary = new Dictionary();
  readonly #writer = new ByteWriter();
  readonly #reader = new ByteReader();
  #by = 0;

  /** `by`: whose value it is. What one alone says, however often, is not what many say. */
  pack(front: number, value: unknown, by: number): string {
    this.#by = by;
    this.#writer.begin();
    this.#number(front);
    this.#write(value);
    return this.#writer.taken();
  }

  frontOf(packed: string): number {
    const first = packed.charCodeAt(0);
    if (first < TAG.null) return first;
    this.#reader.begin(packed, Math.min(packed.length, LONGEST_NUMBER));
    return this.#read() as number;
  }

  unpack(packed: string): unknown {
    this.#reader.begin(packed);
    this.#read();
    return this.#read();
  }

  #write(value: unknown): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.#constant(value);
  }

  #constant(value: unknown): void {
    if (value === null) this.#writer.byte(TAG.null);
    else if (value === undefined) this.#writer.byte(TAG.undefined);
    else if (typeof value === 'boolean') this.#writer.byte(value ? TAG.true : TAG.false);
    else this.#other(value);
  }

  #number(value: number): void {
    const writer = this.#writer;
    const isWhole = (value | 0) === value && value >= -MOST_WHOLE && !Object.is(value, -0);
    if (!isWhole) {
      writer.byte(TAG.number);
      writer.float(value);
    } else if (value >= 0 && value < TAG.null) writer.byte(value);
    else {
      writer.byte(value < 0 ? TAG.below : TAG.whole);
      writer.whole(Math.abs(value));
    }
  }

  #text(text: string): void {
    const writer = this.#writer;
    const id = this.dictionary.idOfText(text, this.#by);
    if (id >= 0) {
      writer.byte(TAG.known);
      writer.whole(id);
      return;
    }
    const { end } = writer;
    writer.byte(TAG.latin1);
    writer.whole(text.length);
    if (writer.latin1(text)) return;
    writer.undoTo(end);
    writer.byte(TAG.utf16);
    writer.whole(text.length * 2);
    writer.utf16(text);
  }

  #object(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) this.#members(value as Record<string, unknown>);
    else if (Array.isArray(value)) {
      this.#writer.byte(TAG.array);
      this.#writer.whole(value.length);
      for (const item of value) this.#write(item);
    } else this.#other(value);
  }

  #members(value: Record<string, unknown>): void {
    const names = Object.keys(value);
    const id = this.dictionary.idOfShape(names);
    if (id >= 0) {
      this.#writer.byte(TAG.shaped);
      this.#writer.whole(id);
    } else if (names.includes('__proto__')) {
      // Setting it would not make a member of it.
      this.#other(value);
      return;
    } else {
      this.#writer.byte(TAG.spelled);
      this.#writer.whole(names.length);
      for (const name of names) this.#text(name);
    }
    for (const member of Object.values(value)) this.#write(member);
  }

  #other(value: unknown): void {
    const bytes = serialize(value);
    this.#writer.byte(TAG.other);
    this.#writer.whole(bytes.length);
    this.#writer.raw(bytes);
  }

  #read(): unknown {
    const reader = this.#reader;
    const tag = reader.byte();
    if (tag < TAG.null) return tag;
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.undefined:
        return undefined;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.whole:
        return reader.whole();
      case TAG.below:
        return -reader.whole();
      case TAG.number:
        return reader.float();
      case TAG.known:
        return this.dictionary.text(reader.whole());
      case TAG.array:
        return this.#readItems(reader.whole());
      case TAG.shaped:
        return this.#readMembers(this.dictionary.shape(reader.whole()));
      case TAG.spelled:
        return this.#readMembers(this.#readItems(reader.whole()) as string[]);
      default:
        return this.#readBytes(tag, reader.whole());
    }
  }

  #readBytes(tag: number, length: number): unknown {
    if (tag === TAG.latin1) return this.#reader.latin1(length);
    if (tag === TAG.utf16) return this.#reader.utf16(length);
    if (tag === TAG.other) return deserialize(this.#reader.raw(length));
    throw new Error(`no packed value begins with ${String(tag)}`);
  }

  #readItems(length: number): unknown[] {
    const items: unknown[] = [];
    for (let at = 0; at < length; at++) items.push(this.#read());
    return items;
  }

  #readMembers(names: readonly string[]): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const name of names) value[name] = this.#read();
    return value;
  }
}
