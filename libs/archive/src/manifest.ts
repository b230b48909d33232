import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveCorrupt, syncFolder } from '@orderloom/engine';

/** A segment to which nothing is added any more. */
type SealedSegment = {
  readonly file: string;
  /** Index of its first and of its last event. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Where its index stands: its last record. */
  readonly indexAt: number;
  /** The link that it ends with, hex. */
  readonly link: string;
};

/** What an archive holds, and how far: bytes behind that are of an append that never was. */
export type Manifest = {
  readonly format: 1;
  readonly partition: number;
  /** Index of the last event. */
  readonly head: number;
  readonly sealed: readonly SealedSegment[];
  readonly open: {
    readonly file: string;
    readonly first: number;
    readonly bytes: number;
    readonly link: string;
  };
};

const NAME = 'manifest.json';
const FORMAT = 1;

/**
 * `undefined`: there is none. Throws `archive-corrupt` where it is not what was written, or is of a later format.
 * The second line is the SHA-256 of the first.
 */
export const readManifest = (folder: string): Manifest | undefined => {
  const file = join(folder, NAME);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [body = ''] = text.split('\n');
  if (textOf(body) !== text) throw archiveCorrupt(`${file}: it is not what was written`);
  const manifest = JSON.parse(body) as Manifest;
  // A later build may write another: the type says what this one does.
  if ((manifest.format as number) !== FORMAT)
    throw archiveCorrupt(
      `${file}: it has format ${String(manifest.format)}, this build reads ${String(FORMAT)}: use the build that wrote it`,
    );
  return manifest;
};

const textOf = (body: string): string => `${body}\n${hash('sha256', body)}\n`;

/** Replaces it in one step; durable when it resolves. */
export const writeManifest = async (folder: string, manifest: Manifest): Promise<void> => {
  const body = JSON.stringify(manifest);
  const draft = join(folder, `${NAME}.new`);
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(textOf(body));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, join(folder, NAME));
  await syncFolder(folder);
};
