import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Snapshot, SnapshotHead, SnapshotStore } from '@orderloom/engine';

const MAGIC = 'orderloom snapshot 3';
const DIGEST_BYTES = 32;
/** Read and hashed in pieces: one call takes less than 2 GiB. */
const PIECE_BYTES = 64 * 1024 * 1024;
/** Made durable this often, so that no commit of the log has to wait for more of this file than that. */
const SYNC_BYTES = 4 * 1024 * 1024;

/**
 * snapshot.bin of a data folder: `[head][part]…[SHA-256 of all that]`, head (JSON) and parts each behind their length
 * (u32). Replaced in one step; a damaged or half-written one counts as none.
 */
export const snapshotFile = (folder: string): SnapshotStore => {
  const file = join(folder, 'snapshot.bin');
  return {
    load: () => {
      const whole = readWhole(file);
      return whole === undefined ? undefined : parse(whole);
    },
    save: async (head, parts) => {
      const draft = `${file}.new`;
      try {
        await writeDurably(draft, head, parts);
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(dirname(file));
    },
  };
};

const writeDurably = async (
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
  for (let at = 0; at < end; at += PIECE_BYTES)
    digest.update(whole.subarray(at, Math.min(end, at + PIECE_BYTES)));
  if (!digest.digest().equals(whole.subarray(end))) return undefined;
  const [first, ...parts] = partsOf(whole.subarray(0, end));
  if (first === undefined) return undefined;
  const { magic, index, foldId } = JSON.parse(first.toString()) as SnapshotHead & { readonly magic: string };
  return magic === MAGIC ? { index, foldId, parts } : undefined;
};

/** A file of another format may hold anything, all of it intact. */
const partsOf = (bytes: Buffer): readonly Buffer[] => {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const from = at + 4;
    at = from + bytes.readUInt32LE(at);
    parts.push(bytes.subarray(from, at));
  }
  return parts;
};

/** Makes the rename itself durable; where a folder cannot be synced (Windows), the system does it. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
