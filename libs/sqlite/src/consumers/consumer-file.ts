import { join } from 'node:path';
import { logFenced, type GroupProgress, type OwnedProgress, type ParkedEvent } from '@orderloom/engine';
import { openDatabase, type Database } from '../database.ts';

const SCHEMA = `
  create table if not exists progress(
    consumers text not null, partition integer not null, owner integer not null, last integer not null,
    primary key (consumers, partition)
  ) strict;
  create table if not exists parked(
    consumers text not null, partition integer not null, stream text not null, version integer not null,
    reason text not null, recorded_at integer not null,
    primary key (consumers, partition, stream, version)
  ) strict;`;

/** A power cut may take the last steps back: what they were about is handled again. */
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = normal';

export type ConsumerFile = {
  /** Names of the groups that have begun. */
  readonly groups: () => readonly string[];
  readonly progressOf: (group: string) => GroupProgress;
  readonly close: () => void;
};

/** Takes a partition of a group: its owner's number goes up, and only that number can keep anything. */
const take = (database: Database, group: string, partition: number): OwnedProgress => {
  const where = 'where consumers = ? and partition = ?';
  const owner = database.transaction(() => {
    database
      .prepare(
        `insert into progress values (?, ?, 1, 0)
         on conflict (consumers, partition) do update set owner = owner + 1`,
      )
      .run(group, partition);
    return database
      .prepare<{ owner: number; last: number }>(`select owner, last from progress ${where}`)
      .get(...[group, partition]);
  });
  const parked = database
    .prepare<Omit<ParkedEvent, 'handler'>>(
      `select stream streamId, version, reason, recorded_at recordedAt from parked ${where} order by recorded_at, version`,
    )
    .all(group, partition);
  const move = database.prepare(`update progress set last = ? ${where} and owner = ?`);
  const park = database.prepare('insert or ignore into parked values (?, ?, ?, ?, ?, ?)');
  return {
    index: owner?.last ?? 0,
    parked: parked.map((event) => ({ handler: group, ...event })),
    keep: async (kept) => {
      database.transaction(() => {
        if (move.run(kept.index, group, partition, owner?.owner ?? 0).changes === 0)
          throw logFenced(`another consumer of ${group} has taken over`);
        for (const { streamId, version, reason, recordedAt } of kept.parked)
          park.run(group, partition, streamId, version, reason, recordedAt);
      });
    },
    close: async () => undefined,
  };
};

/** `consumers.db` of a data folder: how far the groups of consumers have come in its log, and what they have parked. */
export const openConsumerFile = (folder: string): ConsumerFile => {
  const database = openDatabase(join(folder, 'consumers.db'), { pragmas: PRAGMAS });
  database.exec(SCHEMA);
  const groups = database.prepare<{ consumers: string }>(
    'select distinct consumers from progress order by consumers',
  );
  return {
    groups: () => groups.all().map(({ consumers }) => consumers),
    progressOf: (group) => ({
      take: async (partition) => take(database, group, partition),
      close: async () => undefined,
    }),
    close: database.close,
  };
};
