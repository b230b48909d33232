/** Texts that are looked for, at most; a power of two. */
const PLACES = 4096;

const placeOf = (text: string): number => {
  const { length } = text;
  let mixed = length;
  // The beginning and the end tell nearly all texts apart that many streams say.
  for (let at = 0; at < 8 && at < length; at++) mixed = (mixed * 31 + text.charCodeAt(at)) | 0;
  for (let at = Math.max(8, length - 8); at < length; at++) mixed = (mixed * 31 + text.charCodeAt(at)) | 0;
  return (mixed ^ (mixed >>> 12)) & (PLACES - 1);
};

/**
 * Makes one string of those that are equal. What is read back from bytes has a copy of its own of every text that all
 * streams say: their tenant, their currency, their lifecycle. Bounded: a text that nobody repeats is forgotten soon.
 */
export class SharedStrings {
  readonly #known: string[] = new Array<string>(PLACES).fill('');

  of(text: string): string {
    const place = placeOf(text);
    const known = this.#known[place];
    if (known === text) return known;
    this.#known[place] = text;
    return text;
  }

  /** Replaces the strings inside a value that nobody else holds yet; gives the value. O(size). */
  within<T>(value: T): T {
    if (typeof value === 'string') return this.of(value) as T;
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    const members = value as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      const member = members[name];
      if (typeof member === 'string') members[name] = this.of(member);
      else if (typeof member === 'object') this.within(member);
    }
    return value;
  }
}
