import { eventsIn } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { jsonData, wireCodec } from '@orderloom/wire';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { orderloom } from '../embedded-lifecycle/orderloom.ts';
import { closedLoop } from '../load/closed-loop.ts';

const IN_FLIGHT = 64;

/** A log in which so many orders were placed, paid, shipped and delivered. */
export const writeShopLog = async (folder: string, orders: number): Promise<void> => {
  const { subject } = await orderloom(folder);
  await closedLoop(subject.send, { first: 0, orders, inFlight: IN_FLIGHT });
  await subject.close();
};

export const jsonFile = (folder: string): string => join(folder, 'events.db');

/** The same events as rows of JSON, one a row, with everything that they say. */
export const writeAsJson = (folder: string): void => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const database = new DatabaseSync(jsonFile(folder));
  database.exec('create table event(position integer primary key, body text not null) strict; begin');
  const insert = database.prepare('insert into event(body) values (?)');
  for (const { frames } of log.read(0))
    for (const event of eventsIn(codec, [frames])) insert.run(JSON.stringify(jsonData(event)));
  database.exec('commit');
  database.close();
  log.close();
};
