import { hash } from 'node:crypto';

/** Bytes of a link. */
export const LINK_BYTES = 16;

/** What stands before the first group. */
export const CHAIN_START = '\0'.repeat(LINK_BYTES);

const FIRST_AT = LINK_BYTES;
const COUNT_AT = FIRST_AT + 8;
const FRAMES_AT = COUNT_AT + 8;
const bytes = Buffer.alloc(FRAMES_AT + 32);

/**
 * The link of a group: first 16 bytes, latin1, of SHA-256(previous link, first as u64, count as u64,
 * SHA-256(frames)), little endian. A group that was changed, removed, moved or put in breaks it.
 */
export const chainLink = (previous: string, first: number, count: number, frames: Uint8Array): string => {
  bytes.write(previous, 0, 'latin1');
  bytes.writeUIntLE(first, FIRST_AT, 6);
  bytes.writeUIntLE(count, COUNT_AT, 6);
  // 'binary' is latin1: a digest as a string costs a fifth of one as a Buffer.
  bytes.write(hash('sha256', frames, 'binary'), FRAMES_AT, 'latin1');
  return hash('sha256', bytes, 'binary').slice(0, LINK_BYTES);
};

/** A link as it comes out of the file; '', which is none, where that is no bytes. */
export const linkOf = (stored: Uint8Array): string =>
  ArrayBuffer.isView(stored)
    ? Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('latin1')
    : '';
