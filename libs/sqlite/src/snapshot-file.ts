import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, type Snapshot, type SnapshotHead, type SnapshotStore } from '@orderloom/engine';

const MAGIC = 'orderloom snapshot 3';
const DIGEST_BYTES = 32;
/** Hashed in pieces: the file may be larger than what is to be held at once. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Made durable this often, so that no commit of the log has to wait for more of this file than that. */
const SYNC_BYTES = 4 * 1024 * 1024;

/**
 * snapshot.bin of a data folder: `[head][part]…[SHA-256 of all that]`, head (JSON) and parts each behind their length
 * (u32). Replaced in one step; a damaged or half-written one counts as none.
 */
export const snapshotFile = (folder: string): SnapshotStore => {
  const file = join(folder, 'snapshot.bin');
  return {
    load: () => openSnapshot(file),
    save: async (head, parts) => {
      const draft = `${file}.new`;
      try {
        await writeDraft(draft, head, parts);
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(dirname(file));
    },
  };
};

const writeDraft = async (
  file: string,
  { index, foldId }: SnapshotHead,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> => {
  const handle = await open(file, 'w', 0o600);
  try {
    const digest = createHash('sha256');
    let unsynced = 0;
    const write = async (part: Uint8Array): Promise<void> => {
      const bytes = behindItsLength(part, digest);
      await handle.writeFile(bytes);
      unsynced += bytes.length;
      if (unsynced < SYNC_BYTES) return;
      await handle.datasync();
      unsynced = 0;
    };
    await write(Buffer.from(JSON.stringify({ magic: MAGIC, index, foldId })));
    for await (const part of parts) await write(part);
    await handle.writeFile(digest.digest());
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const behindItsLength = (part: Uint8Array, digest: Hash): Buffer => {
  const bytes = Buffer.allocUnsafe(4 + part.length);
  bytes.writeUInt32LE(part.length);
  bytes.set(part, 4);
  digest.update(bytes);
  return bytes;
};

/** A snapshot in a file that is found intact. Its parts are read when they are asked for, one at a time. */
const openSnapshot = (file: string): Snapshot | undefined => {
  const found = reading(file, (handle) => {
    const { ino, size } = fstatSync(handle);
    const first = isIntact(handle, size - DIGEST_BYTES) ? readPart(handle, 0, size) : undefined;
    return first && { ino, size, first };
  });
  if (found === undefined) return undefined;
  const { ino, size, first } = found;
  const { magic, index, foldId } = JSON.parse(first.toString()) as SnapshotHead & { readonly magic: string };
  if (magic !== MAGIC) return undefined;
  const parts = function* (): Generator<Uint8Array> {
    const handle = openSync(file, 'r');
    try {
      if (fstatSync(handle).ino !== ino) throw new Error('the snapshot has been replaced meanwhile');
      for (let at = 4 + first.length; at < size - DIGEST_BYTES;) {
        const part = readPart(handle, at, size);
        yield part;
        at += 4 + part.length;
      }
    } finally {
      closeSync(handle);
    }
  };
  return { index, foldId, parts: { [Symbol.iterator]: parts } };
};

/** `undefined` where there is no such file. */
const reading = <T>(file: string, read: (handle: number) => T): T | undefined => {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return read(handle);
  } finally {
    closeSync(handle);
  }
};

/** Whether the digest behind the first `end` bytes is theirs. */
const isIntact = (handle: number, end: number): boolean => {
  if (end < 4) return false;
  const digest = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, end));
  for (let at = 0; at < end; at += piece.length) {
    const bytes = piece.subarray(0, Math.min(piece.length, end - at));
    if (!fill(handle, bytes, at)) return false;
    digest.update(bytes);
  }
  const kept = Buffer.allocUnsafeSlow(DIGEST_BYTES);
  return fill(handle, kept, end) && digest.digest().equals(kept);
};

/** A file of another format may hold anything, all of it intact. */
const readPart = (handle: number, at: number, size: number): Buffer => {
  const length = Buffer.allocUnsafeSlow(4);
  fill(handle, length, at);
  const part = Buffer.allocUnsafeSlow(Math.min(length.readUInt32LE(), size - DIGEST_BYTES - at - 4));
  fill(handle, part, at + 4);
  return part;
};

/** Fills the bytes from that place in the file on; false where the file ends before. */
const fill = (handle: number, bytes: Buffer, from: number): boolean => {
  for (let at = 0; at < bytes.length;) {
    const read = readSync(handle, bytes, at, bytes.length - at, from + at);
    if (read === 0) return false;
    at += read;
  }
  return true;
};
