import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  archiveCorrupt,
  archiveUnavailable,
  EngineError,
  syncFolder,
  type ArchiveBatch,
  type ArchiveStore,
} from '@orderloom/engine';
import { readManifest, writeManifest, type Manifest } from './manifest.ts';
import { groupsBehind, openContent, streamLookUp, type ArchiveCodec } from './read-archive.ts';
import { FIRST_LINK } from './segment/record.ts';
import { indexOf } from './segment/segment-content.ts';
import { SegmentWriter } from './segment/segment-writer.ts';

export type OpenArchiveOptions = {
  /** Of one partition, and of this process alone: whoever opens it holds its lock. */
  readonly folder: string;
  readonly partition: number;
  readonly codec: ArchiveCodec;
  /** A segment is ended when it has grown so large. */
  readonly segmentBytes?: number;
};

const SEGMENT_BYTES = 32 * 1024 * 1024;
const SUFFIX = '.segment';
/** Nothing but its head is in a segment before there is a manifest. */
const EMPTY_BYTES = 1024;

const fileName = (first: number): string => `${String(first).padStart(16, '0')}${SUFFIX}`;

/** A folder without a manifest is a new one, unless something was ever kept in it. */
const refuseLostManifest = (folder: string): void => {
  const kept = readdirSync(folder).filter(
    (name) => name.endsWith(SUFFIX) && statSync(join(folder, name)).size > EMPTY_BYTES,
  );
  if (kept.length > 0)
    throw archiveCorrupt(
      `${folder}: there are ${String(kept.length)} segments, but their manifest is missing`,
    );
};

/** An empty archive. Its first segment is there before its manifest is: where that is missing, it begins again. */
const begin = async (folder: string, partition: number): Promise<Manifest> => {
  refuseLostManifest(folder);
  const file = fileName(1);
  const writer = await SegmentWriter.create(
    join(folder, file),
    { partition, first: 1 },
    { previous: FIRST_LINK, schemas: [] },
  );
  await writer.close();
  await syncFolder(folder);
  const open = { file, first: 1, bytes: writer.bytes, link: writer.link };
  const manifest: Manifest = { format: 1, partition, head: 0, sealed: [], open };
  await writeManifest(folder, manifest);
  return manifest;
};

/**
 * The archive of a partition on disk. An append is durable in the segment before the manifest names it, and counts from
 * then on: a process that is killed in between leaves bytes that nobody reads and that the next append overwrites.
 */
class DiskArchive {
  readonly #options: OpenArchiveOptions;
  #manifest: Manifest;
  #writer: SegmentWriter;
  #schemas: ArchiveBatch['schemas'];
  #isWhole = true;

  constructor(
    options: OpenArchiveOptions,
    manifest: Manifest,
    { writer, schemas }: { readonly writer: SegmentWriter; readonly schemas: ArchiveBatch['schemas'] },
  ) {
    this.#options = options;
    this.#manifest = manifest;
    this.#writer = writer;
    this.#schemas = schemas;
  }

  store(): ArchiveStore {
    const { folder, codec } = this.#options;
    return {
      head: () => this.#manifest.head,
      schemas: () => this.#schemas,
      read: (after) => groupsBehind(folder, this.#manifest, after),
      ...streamLookUp({
        ...{ folder, parts: codec, manifest: () => this.#manifest },
        openIndex: () => this.#writer.index,
      }),
      append: (batch) => this.#append(batch),
      close: () => this.#close(),
    };
  }

  async #append(batch: ArchiveBatch): Promise<void> {
    const { folder, codec } = this.#options;
    if (!this.#isWhole) throw archiveUnavailable(`${folder} is to be opened again`);
    const head = headBehind(batch, this.#manifest.head);
    this.#isWhole = false;
    try {
      await this.#writer.add(batch, codec);
      this.#schemas = [...batch.schemas];
      const grown: Manifest = { ...this.#manifest, head, open: this.#end() };
      const isFull = this.#writer.bytes >= (this.#options.segmentBytes ?? SEGMENT_BYTES);
      const manifest = isFull ? await this.#roll(grown) : grown;
      await writeManifest(folder, manifest);
      this.#manifest = manifest;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw archiveUnavailable(`${folder} cannot be written: ${reasonOf(error)}`, error);
    }
    this.#isWhole = true;
  }

  #end(): Manifest['open'] {
    const { first, bytes, link } = this.#writer;
    return { ...this.#manifest.open, first, bytes, link };
  }

  /** Ends the segment and begins the next one. */
  async #roll({ sealed, open, head, ...same }: Manifest): Promise<Manifest> {
    const { folder, partition } = this.#options;
    const ended = this.#writer;
    const indexAt = await ended.seal();
    const { first, bytes, link } = ended;
    const file = fileName(head + 1);
    this.#writer = await SegmentWriter.create(
      join(folder, file),
      { partition, first: head + 1 },
      { previous: Buffer.from(link, 'hex'), schemas: this.#schemas },
    );
    await syncFolder(folder);
    return {
      ...same,
      head,
      sealed: [...sealed, { file: open.file, first, last: head, bytes, indexAt, link }],
      open: { file, first: head + 1, bytes: this.#writer.bytes, link: this.#writer.link },
    };
  }

  async #close(): Promise<void> {
    this.#isWhole = false;
    await this.#writer.close();
  }
}

/** What no log ever gives is a defect, and is not kept. */
const headBehind = ({ groups }: ArchiveBatch, head: number): number => {
  let last = head;
  for (const { first, count } of groups) {
    if (first !== last + 1)
      throw new RangeError(`event ${String(first)} cannot be archived behind event ${String(last)}`);
    last = first + count - 1;
  }
  return last;
};

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'the reason is not known';

/**
 * Opens the archive of a partition, or begins it. Throws `archive-corrupt` where its newest segment or its manifest is
 * not what was written, `archive-unavailable` where the folder cannot be used just now.
 */
export const openArchive = async (options: OpenArchiveOptions): Promise<ArchiveStore> => {
  const { folder, partition, codec } = options;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const manifest = readManifest(folder) ?? (await begin(folder, partition));
    if (manifest.partition !== partition)
      throw archiveCorrupt(
        `${folder}: it is of partition ${String(manifest.partition)}, not ${String(partition)}`,
      );
    const content = openContent(folder, manifest);
    codec.bind(content.schemas);
    const { first, bytes, link, file } = manifest.open;
    const writer = await SegmentWriter.resume(
      {
        ...{ file: join(folder, file), first, bytes, link: Buffer.from(link, 'hex') },
        schemas: content.schemas.length,
      },
      indexOf(content, codec),
    );
    return new DiskArchive(options, manifest, { writer, schemas: content.schemas }).store();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw archiveUnavailable(`${folder} cannot be opened: ${reasonOf(error)}`, error);
  }
};
