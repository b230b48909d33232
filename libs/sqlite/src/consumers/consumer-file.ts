import { join } from 'node:path';
import {
  logFenced,
  type GroupProgress,
  type KeptProgress,
  type OwnedProgress,
  type ParkedEvent,
  type ParkedGroups,
  type ParkedOfGroup,
} from '@orderloom/engine';
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
  ) strict;
  create table if not exists redrive(
    consumers text not null, partition integer not null, stream text not null,
    primary key (consumers, partition, stream)
  ) strict;`;

/** A power cut may take the last steps back: what they were about is handled again. */
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = normal';

export type ConsumerFile = {
  /** Names of the groups that have begun. */
  readonly groups: () => readonly string[];
  readonly progressOf: (group: string) => GroupProgress;
  readonly parkedGroups: ParkedGroups;
  readonly close: () => void;
};

const WHERE = 'where consumers = ? and partition = ?';
const ORDER = 'order by recorded_at, version';

/** Writes what a step has changed, within its transaction. */
const changesWriter = (database: Database, group: string, partition: number) => {
  const park = database.prepare(
    `insert into parked values (?, ?, ?, ?, ?, ?)
     on conflict (consumers, partition, stream, version) do update set reason = excluded.reason`,
  );
  const release = database.prepare(`delete from parked ${WHERE} and stream = ? and version = ?`);
  const redriven = database.prepare(`delete from redrive ${WHERE} and stream = ?`);
  return (kept: KeptProgress): void => {
    for (const { streamId, version, reason, recordedAt } of kept.parked)
      park.run(group, partition, streamId, version, reason, recordedAt);
    for (const { streamId, version } of kept.released ?? []) release.run(group, partition, streamId, version);
    for (const streamId of kept.redriven ?? []) redriven.run(group, partition, streamId);
  };
};

/** Takes a partition of a group: its owner's number goes up, and only that number can keep anything. */
const take = (database: Database, group: string, partition: number): OwnedProgress => {
  const owner = database.transaction(() => {
    database
      .prepare(
        `insert into progress values (?, ?, 1, 0)
         on conflict (consumers, partition) do update set owner = owner + 1`,
      )
      .run(group, partition);
    return database
      .prepare<{ owner: number; last: number }>(`select owner, last from progress ${WHERE}`)
      .get(group, partition);
  });
  const parked = database
    .prepare<Omit<ParkedEvent, 'handler'>>(
      `select stream streamId, version, reason, recorded_at recordedAt from parked ${WHERE} ${ORDER}`,
    )
    .all(group, partition);
  const move = database.prepare(`update progress set last = ? ${WHERE} and owner = ?`);
  const asked = database.prepare<{ stream: string }>(`select stream from redrive ${WHERE}`);
  const change = changesWriter(database, group, partition);
  return {
    index: owner?.last ?? 0,
    parked: parked.map((event) => ({ handler: group, ...event })),
    keep: async (kept) => {
      database.transaction(() => {
        if (move.run(kept.index, group, partition, owner?.owner ?? 0).changes === 0)
          throw logFenced(`another consumer of ${group} has taken over`);
        change(kept);
      });
    },
    asked: async () => asked.all(group, partition).map(({ stream }) => stream),
    close: async () => undefined,
  };
};

const parkedGroups = (database: Database): ParkedGroups => {
  const all = database.prepare<Omit<ParkedOfGroup, 'redriving'> & { redriving: number }>(
    `select consumers handler, stream streamId, version, reason, recorded_at recordedAt,
       exists (select 1 from redrive r where r.consumers = p.consumers and r.partition = p.partition
         and r.stream = p.stream) redriving
     from parked p ${ORDER}`,
  );
  const askAll = database.prepare(
    `insert or ignore into redrive select distinct consumers, partition, stream from parked where consumers = ?`,
  );
  const ask = database.prepare(
    `insert or ignore into redrive select distinct consumers, partition, stream from parked
     where consumers = ? and stream = ?`,
  );
  const count = database.prepare<{ n: number }>('select count(*) n from redrive where consumers = ?');
  const isParked = database.prepare<{ n: number }>(
    'select count(distinct stream) n from parked where consumers = ? and stream = ?',
  );
  return {
    parked: async () => all.all().map((row) => ({ ...row, redriving: row.redriving === 1 })),
    redrive: async (group, streamIds) =>
      database.transaction(() => {
        if (streamIds === 'all') {
          askAll.run(group);
          return count.get(group)?.n ?? 0;
        }
        for (const streamId of streamIds) ask.run(group, streamId);
        return streamIds.reduce((sum, streamId) => sum + (isParked.get(group, streamId)?.n ?? 0), 0);
      }),
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
    parkedGroups: parkedGroups(database),
    close: database.close,
  };
};
