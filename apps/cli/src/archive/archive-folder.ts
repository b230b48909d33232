import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readArchive } from '@orderloom/archive';
import type { RecordedEvent } from '@orderloom/decider';
import {
  EngineError,
  renumbering,
  schemaNumbering,
  type ArchiveReader,
  type LogEntry,
  type SchemaNumbering,
} from '@orderloom/engine';
import { inSlotOrder, type PlacedGroup } from '@orderloom/kafka';
import { readConfig } from '@orderloom/runtime';
import { wireCodec } from '@orderloom/wire';
import { CliError, EXIT, unreachable } from '../cli-error.ts';

export type ArchivePlace = { readonly data: string; readonly prefix?: string | undefined };

/** A partition's archive with the codec that reads its frames. */
export type ArchivedPartition = {
  readonly partition: number;
  readonly reader: ArchiveReader;
  /** The same, as it is now. */
  readonly again: () => ArchiveReader;
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
    const again = (): ArchiveReader => readArchive(join(folder, `partition-${partition}`), codec);
    return { partition, codec, again, reader: again() };
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

/**
 * All groups, in a numbering of schemas that is the codec's: one partition after the other, but for slots that have moved,
 * whose events are in their own order.
 */
export async function* groupsOf(
  partitions: readonly ArchivedPartition[],
  codec: ReturnType<typeof wireCodec>,
): AsyncGenerator<PlacedGroup> {
  const numbering = schemaNumbering([]);
  let bound = -1;
  for await (const group of inSlotOrder(logsOf(partitions, numbering))) {
    const schemas = numbering.schemas();
    if (schemas.length > bound) codec.bind(schemas);
    bound = schemas.length;
    yield group;
  }
}

/** By their numbers; one that nothing is kept of is empty. */
const logsOf = (partitions: readonly ArchivedPartition[], numbering: SchemaNumbering) => {
  const logs: { entries: (after: number) => AsyncIterable<LogEntry> }[] = [];
  const last = partitions.at(-1)?.partition ?? 0;
  const known = new Map(partitions.map((one) => [one.partition, one]));
  for (let number = 0; number <= last; number++) {
    const found = known.get(number);
    const renumber = found && renumbering(found.codec, numbering);
    logs.push({
      entries: async function* (after) {
        for (const group of found?.again().read(after) ?? []) {
          for (const slot of group.opened ?? []) yield { ...slot, kind: 'opened' };
          if (renumber !== undefined) yield renumber(group);
        }
      },
    });
  }
  return logs;
};

/** The tenants' own events of all partitions, each tenant's in order. */
export const tenantEventsOf = async (
  partitions: readonly ArchivedPartition[],
  type: string,
): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  const codec = wireCodec();
  for await (const { frames } of groupsOf(partitions, codec)) {
    const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0; at < bytes.length;) {
      const { stream, end } = codec.cut(bytes, at);
      if (stream.type === type) events.push(codec.readFrame(bytes, at).event);
      at = end;
    }
  }
  return events;
};
