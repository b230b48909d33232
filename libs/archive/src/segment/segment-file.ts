import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { archiveCorrupt, archiveUnavailable } from '@orderloom/engine';
import { ENTRY_BYTES, findPlaces, type Place } from './segment-index.ts';
import { HEAD_BYTES, KIND, LINK_BYTES, readRecord, type SegmentRecord } from './record.ts';

/** One call reads less than 2 GiB, and no call reads more than this. */
const PIECE_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES = 4;

type Reader = (at: number, length: number) => Buffer;

/** Opens a file for as long as `use` lasts; what it reads lies within the first `bytes`. */
const reading = <T>(file: string, bytes: number, use: (read: Reader) => T): T => {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw archiveCorrupt(`${file}: it is missing`, error);
    throw archiveUnavailable(`${file} cannot be opened`, error);
  }
  try {
    const { size } = fstatSync(handle);
    if (size < bytes)
      throw archiveCorrupt(`${file}: it is cut off: ${String(size)} of ${String(bytes)} bytes`);
    return use((at, length) => readAt(handle, at, Math.max(0, Math.min(length, bytes - at))));
  } finally {
    closeSync(handle);
  }
};

const readAt = (handle: number, at: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const read = readSync(handle, bytes, done, Math.min(PIECE_BYTES, length - done), at + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
};

/** The first `bytes` of a segment. Throws `archive-corrupt` where it is shorter. */
export const readSegment = (file: string, bytes: number): Buffer =>
  reading(file, bytes, (read) => read(0, bytes));

/** One record of a segment, proven. Throws `archive-corrupt`. */
export const readRecordAt = (file: string, bytes: number, at: number): SegmentRecord =>
  reading(file, bytes, (read) => {
    const base = at - LINK_BYTES;
    const head = read(base, LINK_BYTES + HEAD_BYTES);
    const length = head.length < LINK_BYTES + HEAD_BYTES ? 0 : head.readUInt32LE(LINK_BYTES);
    const linked = read(base, LINK_BYTES + HEAD_BYTES + length + LINK_BYTES);
    const record = readRecord(linked, LINK_BYTES, { file, base });
    return { ...record, at, end: base + record.end };
  });

/** Frames of a segment, by their places; not proven: an event names the one before it by its hash. */
export const readFrames = (file: string, bytes: number, places: readonly number[]): readonly Buffer[] =>
  reading(file, bytes, (read) =>
    places.map((at) => {
      const head = read(at, LENGTH_BYTES);
      if (head.length < LENGTH_BYTES) throw archiveCorrupt(`${file}, byte ${String(at)}: there is no frame`);
      return read(at, LENGTH_BYTES + head.readUInt32LE(0));
    }),
  );

/** Where a sealed segment speaks of a stream. */
export const lookUp = (
  file: string,
  { bytes, indexAt }: { readonly bytes: number; readonly indexAt: number },
  streamId: string,
): readonly Place[] =>
  reading(file, bytes, (read) => {
    const from = indexAt + HEAD_BYTES;
    const count = Math.floor((bytes - LINK_BYTES - from) / ENTRY_BYTES);
    return findPlaces(streamId, count, (index) => read(from + index * ENTRY_BYTES, ENTRY_BYTES));
  });

/** A look-up that finds nothing believes an index that it has not read: this reads and proves it. */
export const proveIndex = (
  file: string,
  { bytes, indexAt, link }: { readonly bytes: number; readonly indexAt: number; readonly link: string },
): void => {
  const record = readRecordAt(file, bytes, indexAt);
  if (record.kind !== KIND.index || record.end !== bytes || record.link.toString('hex') !== link)
    throw archiveCorrupt(`${file}, byte ${String(indexAt)}: it is not the index that was written`);
};
