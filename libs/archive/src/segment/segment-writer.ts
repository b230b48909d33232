import { open, type FileHandle } from 'node:fs/promises';
import type { ArchiveBatch, FrameParts, WriterSchema } from '@orderloom/engine';
import { encodeGroup, encodeJson, encodeRecord, KIND, MAGIC, RECORDS_AT } from './record.ts';
import { indexGroup, type SegmentHead } from './segment-content.ts';
import { SegmentIndex } from './segment-index.ts';

/** Where a segment stands that is being written. */
export type SegmentEnd = {
  readonly file: string;
  readonly first: number;
  readonly bytes: number;
  readonly link: Buffer;
  /** How many of the archive's schemas are in it. */
  readonly schemas: number;
};

/** Adds records to the end of one segment; nothing counts before a manifest says so. */
export class SegmentWriter {
  readonly file: string;
  readonly first: number;
  readonly index: SegmentIndex;
  readonly #handle: FileHandle;
  #bytes: number;
  #link: Buffer;
  #schemas: number;

  private constructor(handle: FileHandle, end: SegmentEnd, index: SegmentIndex) {
    this.#handle = handle;
    this.index = index;
    this.file = end.file;
    this.first = end.first;
    this.#bytes = end.bytes;
    this.#link = end.link;
    this.#schemas = end.schemas;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get link(): string {
    return this.#link.toString('hex');
  }

  /** A new segment with all that is known so far, durable; whatever the file held is gone. */
  static async create(
    file: string,
    head: SegmentHead,
    { previous, schemas }: { readonly previous: Buffer; readonly schemas: readonly WriterSchema[] },
  ): Promise<SegmentWriter> {
    const handle = await open(file, 'w', 0o600);
    const end = { file, first: head.first, bytes: RECORDS_AT, link: previous, schemas: 0 };
    const writer = new SegmentWriter(handle, end, new SegmentIndex());
    await handle.write(Buffer.concat([MAGIC, previous]), 0, RECORDS_AT, 0);
    await writer.#write([writer.#record(KIND.head, encodeJson(head)), ...writer.#newSchemas(schemas)]);
    return writer;
  }

  /** Goes on behind the end that the manifest names: what an append that was cut short has left there is gone. */
  static async resume(end: SegmentEnd, index: SegmentIndex): Promise<SegmentWriter> {
    const handle = await open(end.file, 'r+');
    await handle.truncate(end.bytes);
    return new SegmentWriter(handle, end, index);
  }

  /** Durable when it resolves. */
  async add({ schemas, groups, archived }: ArchiveBatch, parts: Pick<FrameParts, 'cut'>): Promise<void> {
    const records = this.#newSchemas(schemas);
    for (const { first, count, frames, opened } of groups) {
      if (opened !== undefined) records.push(this.#record(KIND.opened, encodeJson(opened)));
      indexGroup(this.index, parts, frames, this.#bytes);
      records.push(this.#record(KIND.group, encodeGroup(first, count, frames)));
    }
    for (const one of archived) {
      this.index.add(one.streamId, { version: one.version, isArchived: true, at: this.#bytes });
      records.push(this.#record(KIND.archived, encodeJson(one)));
    }
    await this.#write(records);
  }

  /** Ends the segment with its index, durably, and closes it. Gives where the index stands. */
  async seal(): Promise<number> {
    const indexAt = this.#bytes;
    await this.#write([this.#record(KIND.index, this.index.encode())]);
    await this.close();
    return indexAt;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #newSchemas(schemas: readonly WriterSchema[]): Buffer[] {
    const fresh = schemas.slice(this.#schemas);
    this.#schemas = Math.max(this.#schemas, schemas.length);
    return fresh.map((schema) => this.#record(KIND.schema, encodeJson(schema)));
  }

  #record(kind: (typeof KIND)[keyof typeof KIND], payload: Buffer): Buffer {
    const record = encodeRecord(kind, payload, this.#link);
    this.#link = record.subarray(record.length - this.#link.length);
    this.#bytes += record.length;
    return record;
  }

  async #write(records: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(records);
    for (let done = 0, at = this.#bytes - bytes.length; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
    await this.#handle.sync();
  }
}
