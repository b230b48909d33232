import { hash } from 'node:crypto';
import { archiveCorrupt } from '@orderloom/engine';

/** What a record holds. The numbers are for ever. */
export const KIND = { head: 1, schema: 2, group: 3, archived: 4, index: 5, opened: 6 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];

/** First bytes of a segment; the last one is the version of the format. */
export const MAGIC = Buffer.from('olarchv1', 'latin1');
export const LINK_BYTES = 16;
/** What stands before the first record of the first segment. */
export const FIRST_LINK = Buffer.alloc(LINK_BYTES);
/** Where the first record of a segment stands: behind its magic and the last link of the segment before it. */
export const RECORDS_AT = MAGIC.length + LINK_BYTES;
/** Length of the payload (u32) and kind (u8) in front of it. */
export const HEAD_BYTES = 5;

const linkOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(hash('sha256', bytes, 'buffer')).subarray(0, LINK_BYTES);

/**
 * `[u32 length][u8 kind][payload][link]`, little endian. The link is the start of the SHA-256 of the link in front of
 * the record and the record itself, which stand next to each other in the file: a single record proves itself, and one
 * that was changed, removed, moved or put in breaks the chain.
 */
export const encodeRecord = (kind: Kind, payload: Uint8Array, previous: Uint8Array): Buffer => {
  const linked = Buffer.allocUnsafe(LINK_BYTES + HEAD_BYTES + payload.length);
  linked.set(previous);
  linked.writeUInt32LE(payload.length, LINK_BYTES);
  linked[LINK_BYTES + 4] = kind;
  linked.set(payload, LINK_BYTES + HEAD_BYTES);
  return Buffer.concat([linked.subarray(LINK_BYTES), linkOf(linked)]);
};

export type SegmentRecord = {
  readonly kind: number;
  readonly at: number;
  readonly payload: Buffer;
  readonly link: Buffer;
  readonly end: number;
};

/** The record at `at`, proven by the link in front of it. Throws `archive-corrupt` naming the file and the place. */
export const readRecord = (
  bytes: Buffer,
  at: number,
  where: { file: string; base?: number },
): SegmentRecord => {
  const place = `${where.file}, byte ${String(at + (where.base ?? 0))}`;
  const from = at + HEAD_BYTES;
  if (from > bytes.length) throw archiveCorrupt(`${place}: the file ends inside a record`);
  const payloadEnd = from + bytes.readUInt32LE(at);
  const end = payloadEnd + LINK_BYTES;
  if (end > bytes.length) throw archiveCorrupt(`${place}: the record there is longer than its file`);
  const link = bytes.subarray(payloadEnd, end);
  if (!linkOf(bytes.subarray(at - LINK_BYTES, payloadEnd)).equals(link))
    throw archiveCorrupt(`${place}: the record there, or the one before it, is not what was written`);
  return { kind: bytes[at + 4] ?? 0, at, payload: bytes.subarray(from, payloadEnd), link, end };
};

/** All records of a segment's bytes, in order. Throws `archive-corrupt`. */
export function* recordsIn(bytes: Buffer, file: string): Generator<SegmentRecord> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw archiveCorrupt(`${file}, byte 0: it is no segment`);
  for (let at = RECORDS_AT; at < bytes.length;) {
    const record = readRecord(bytes, at, { file });
    yield record;
    at = record.end;
  }
}

const GROUP_HEAD_BYTES = 10;

/** Where the frames of a group begin, behind the beginning of its record. */
export const FRAMES_AT = HEAD_BYTES + GROUP_HEAD_BYTES;

/** `[u48 first][u32 count][frames]` */
export const encodeGroup = (first: number, count: number, frames: Uint8Array): Buffer => {
  const payload = Buffer.allocUnsafe(GROUP_HEAD_BYTES + frames.length);
  payload.writeUIntLE(first, 0, 6);
  payload.writeUInt32LE(count, 6);
  payload.set(frames, GROUP_HEAD_BYTES);
  return payload;
};

export const decodeGroup = (
  payload: Buffer,
): { readonly first: number; readonly count: number; readonly frames: Buffer } => ({
  first: payload.readUIntLE(0, 6),
  count: payload.readUInt32LE(6),
  frames: payload.subarray(GROUP_HEAD_BYTES),
});

export const encodeJson = (value: object): Buffer => Buffer.from(JSON.stringify(value));
export const decodeJson = <T>(payload: Buffer): T => JSON.parse(payload.toString()) as T;
