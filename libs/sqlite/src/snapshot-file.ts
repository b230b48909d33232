import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Snapshot, SnapshotStore } from '@orderloom/engine';

const MAGIC = 'orderloom snapshot 1';
const DIGEST_BYTES = 32;
/** Read, written and hashed in pieces: one call takes less than 2 GiB. */
const PIECE_BYTES = 64 * 1024 * 1024;

/**
 * snapshot.bin of a data folder: `[head length u32][head JSON][bytes][SHA-256 of all that]`. Replaced in one step;
 * a damaged or half-written one counts as none.
 */
export const snapshotFile = (folder: string): SnapshotStore => {
  const file = join(folder, 'snapshot.bin');
  return {
    load: () => {
      const whole = readWhole(file);
      return whole === undefined ? undefined : parse(whole);
    },
    save: (snapshot) => {
      const draft = `${file}.new`;
      writeDurably(draft, snapshot);
      renameSync(draft, file);
      syncFolder(dirname(file));
    },
  };
};

const headOf = ({ index, foldId }: Snapshot): Buffer => {
  const text = Buffer.from(JSON.stringify({ magic: MAGIC, index, foldId }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
};

const pieces = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
};

const writeDurably = (file: string, snapshot: Snapshot): void => {
  const handle = openSync(file, 'w', 0o600);
  try {
    const digest = createHash('sha256');
    const write = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    };
    for (const part of [headOf(snapshot), ...pieces(snapshot.bytes)]) {
      digest.update(part);
      write(part);
    }
    write(digest.digest());
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const readWhole = (file: string): Buffer | undefined => {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const whole = Buffer.alloc(fstatSync(handle).size);
    for (let at = 0; at < whole.length;) {
      const read = readSync(handle, whole, at, Math.min(PIECE_BYTES, whole.length - at), at);
      if (read === 0) return undefined;
      at += read;
    }
    return whole;
  } finally {
    closeSync(handle);
  }
};

const parse = (whole: Buffer): Snapshot | undefined => {
  const end = whole.length - DIGEST_BYTES;
  if (end < 4) return undefined;
  const digest = createHash('sha256');
  for (const piece of pieces(whole.subarray(0, end))) digest.update(piece);
  if (!digest.digest().equals(whole.subarray(end))) return undefined;
  const bytesAt = 4 + whole.readUInt32LE(0);
  const head = JSON.parse(whole.toString('utf8', 4, bytesAt)) as {
    magic: string;
    index: number;
    foldId: string;
  };
  if (head.magic !== MAGIC) return undefined;
  const bytes = new Uint8Array(whole.buffer, whole.byteOffset + bytesAt, end - bytesAt);
  return { index: head.index, foldId: head.foldId, bytes };
};

/** Makes the rename itself durable; where a folder cannot be synced (Windows), the system does it. */
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
