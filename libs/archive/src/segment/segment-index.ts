import { murmur2, utf8 } from '@orderloom/decider';

/** Where a segment says something about a stream: the frame of one of its events, or a document of its rest. */
export type Place = { readonly version: number; readonly isArchived: boolean; readonly at: number };

/** `[u32 hash of the stream's id][u32 version, its highest bit for a document][u32 place in the file]`, little endian. */
export const ENTRY_BYTES = 12;
const ARCHIVED_BIT = 2 ** 31;

/** Streams of one hash stand under one number: whoever looks one up makes sure of its id. */
const hashOf = (streamId: string): number => murmur2(utf8(streamId)) >>> 0;

/** What a segment holds of which stream, while it grows. */
export class SegmentIndex {
  readonly #places = new Map<number, Place[]>();
  #count = 0;

  add(streamId: string, place: Place): void {
    const hash = hashOf(streamId);
    const known = this.#places.get(hash);
    if (known === undefined) this.#places.set(hash, [place]);
    else known.push(place);
    this.#count++;
  }

  find(streamId: string): readonly Place[] {
    return this.#places.get(hashOf(streamId)) ?? [];
  }

  /** Sorted by hash, and under each in the order in which it was added. */
  encode(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#count * ENTRY_BYTES);
    let at = 0;
    for (const hash of [...this.#places.keys()].sort((a, b) => a - b))
      for (const { version, isArchived, at: place } of this.#places.get(hash) ?? []) {
        bytes.writeUInt32LE(hash, at);
        bytes.writeUInt32LE(version + (isArchived ? ARCHIVED_BIT : 0), at + 4);
        bytes.writeUInt32LE(place, at + 8);
        at += ENTRY_BYTES;
      }
    return bytes;
  }
}

const placeOf = (entry: Buffer): Place => {
  const version = entry.readUInt32LE(4);
  return {
    version: version % ARCHIVED_BIT,
    isArchived: version >= ARCHIVED_BIT,
    at: entry.readUInt32LE(8),
  };
};

/** Looks a stream up among sorted entries without reading them all. O(log entries) reads. */
export const findPlaces = (
  streamId: string,
  count: number,
  entryAt: (index: number) => Buffer,
): readonly Place[] => {
  const hash = hashOf(streamId);
  let low = 0;
  for (let high = count; low < high;) {
    const middle = Math.floor((low + high) / 2);
    if (entryAt(middle).readUInt32LE(0) < hash) low = middle + 1;
    else high = middle;
  }
  const places: Place[] = [];
  for (let index = low; index < count; index++) {
    const entry = entryAt(index);
    if (entry.readUInt32LE(0) !== hash) break;
    places.push(placeOf(entry));
  }
  return places;
};
