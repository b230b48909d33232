import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readArchive } from '@orderloom/archive';
import type { RecordedEvent } from '@orderloom/decider';
import { EngineError, renumbering, type ArchiveReader, type StoredGroup } from '@orderloom/engine';
import { readConfig } from '@orderloom/runtime';
import { wireCodec } from '@orderloom/wire';
import { CliError, EXIT, unreachable } from '../cli-error.ts';

export type ArchivePlace = { readonly data: string; readonly prefix?: string | undefined };

/** A partition's archive with the codec that reads its frames. */
export type ArchivedPartition = {
  readonly partition: number;
  readonly reader: ArchiveReader;
  readonly codec: ReturnType<typeof wireCodec>;
};

const NAME = /^partition-(\d+)$/;

/** The archives of all partitions, by their numbers. Throws a CliError where there is none. */
export const openPartitions = ({ data, prefix }: ArchivePlace): readonly ArchivedPartition[] => {
  const folder = join(data, 'archive', prefix ?? readConfig(process.env).kafkaPrefix);
  const numbers = (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  if (numbers.length === 0)
    throw unreachable(
      'archive-missing',
      `there is no archive in ${folder}`,
      'name the folder that projector-archive writes to: --data FOLDER, and --prefix where it has another than orderloom',
    );
  return numbers.map((partition) => {
    const codec = wireCodec();
    return { partition, codec, reader: readArchive(join(folder, `partition-${partition}`), codec) };
  });
};

/** What an archive that is damaged, or cannot be read, ends a command with. */
export const archiveProblem = (error: unknown): unknown => {
  if (!(error instanceof EngineError) || error.code !== 'archive-corrupt') return error;
  return new CliError(EXIT.refused, {
    ...{ code: error.code, message: error.message },
    remedy: "put the partition's folder back from a backup, or delete it: projector-archive builds it again",
  });
};

/** All groups, one partition after the other, in a numbering of schemas that is the codec's. */
export function* groupsOf(
  partitions: readonly ArchivedPartition[],
  codec: ReturnType<typeof wireCodec>,
): Generator<StoredGroup> {
  let schemas: Parameters<typeof codec.bind>[0] = [];
  for (const partition of partitions) {
    const numbers = renumbering(partition.codec, schemas);
    for (const group of partition.reader.read(0)) {
      const renumbered = numbers.group(group);
      if (numbers.schemas().length > schemas.length || schemas.length === 0) {
        schemas = [...numbers.schemas()];
        codec.bind(schemas);
      }
      yield renumbered;
    }
  }
}

/** The tenants' own events of all partitions. */
export const tenantEventsOf = (partitions: readonly ArchivedPartition[], type: string): RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  for (const { reader, codec } of partitions)
    for (const { frames } of reader.read(0)) {
      const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
      for (let at = 0; at < bytes.length;) {
        const { stream, end } = codec.cut(bytes, at);
        if (stream.type === type) events.push(codec.readFrame(bytes, at).event);
        at = end;
      }
    }
  return events;
};
