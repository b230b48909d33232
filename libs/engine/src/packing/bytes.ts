/** Room that is there before each small thing is written. */
const ROOM = 64;

const numbers = new Float64Array(1);
const numberBytes = new Uint8Array(numbers.buffer);

/** Bytes that are written one behind the other into a buffer that grows, and taken out as a text of one byte a character. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(4096);
  #end = 0;

  begin(): void {
    this.#end = 0;
  }

  byte(value: number): void {
    if (this.#end + ROOM > this.#bytes.length) this.#grow(ROOM);
    this.#bytes[this.#end++] = value;
  }

  /** A whole number from 0 to 2^31 - 1, in one to five bytes. */
  whole(value: number): void {
    if (this.#end + ROOM > this.#bytes.length) this.#grow(ROOM);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#end++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#end++] = rest;
  }

  /** Any number, in eight bytes. */
  float(value: number): void {
    if (this.#end + ROOM > this.#bytes.length) this.#grow(ROOM);
    numbers[0] = value;
    for (let at = 0; at < 8; at++) this.#bytes[this.#end++] = numberBytes[at] ?? 0;
  }

  /** The text's characters, a byte each; false, and nothing written, where one does not fit. */
  latin1(text: string): boolean {
    const { length } = text;
    if (this.#end + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    const start = this.#end;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 255) return false;
      bytes[start + at] = code;
    }
    this.#end = start + length;
    return true;
  }

  utf16(text: string): void {
    this.#grow(text.length * 2);
    this.#end += this.#bytes.write(text, this.#end, 'utf16le');
  }

  raw(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  taken(): string {
    return this.#bytes.toString('latin1', 0, this.#end);
  }

  get end(): number {
    return this.#end;
  }

  undoTo(end: number): void {
    this.#end = end;
  }

  #grow(room: number): void {
    if (this.#end + room <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#end + room + ROOM));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  #bytes = Buffer.allocUnsafeSlow(4096);
  #at = 0;

  /** At most so many characters of it are read. */
  begin(text: string, most = text.length): void {
    if (most > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(most * 2);
    this.#bytes.write(text, 0, most, 'latin1');
    this.#at = 0;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  whole(): number {
    let byte = this.byte();
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = this.byte();
      value |= (byte & 127) << shift;
    }
    return value;
  }

  float(): number {
    for (let at = 0; at < 8; at++) numberBytes[at] = this.byte();
    return numbers[0] ?? 0;
  }

  latin1(length: number): string {
    return this.#bytes.toString('latin1', this.#at, (this.#at += length));
  }

  utf16(length: number): string {
    return this.#bytes.toString('utf16le', this.#at, (this.#at += length));
  }

  /** A copy of the bytes. */
  raw(length: number): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at, (this.#at += length)));
  }
}
