import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Answer, Subject } from '../load/subject.ts';
import type { Step } from '../load/workload.ts';
import { eventData, orderIdOf, refusal, RULES, type Status } from './plain-orders.ts';

type Waiting = {
  readonly step: Step;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
};

const openLog = (folder: string): DatabaseSync => {
  const database = new DatabaseSync(join(folder, 'log.db'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY, order_id TEXT NOT NULL, version INTEGER NOT NULL,
      type TEXT NOT NULL, command_id TEXT NOT NULL, data TEXT NOT NULL
    ) STRICT;
  `);
  return database;
};

/**
 * The least that a durable order log on `node:sqlite` can do: all commands of one turn of the event loop in one
 * transaction, one row an event, the state of orders and the known commands in memory only.
 */
export const rawSqlite = (folder: string): Subject => {
  const database = openLog(folder);
  const insert = database.prepare(
    'INSERT INTO events (order_id, version, type, command_id, data) VALUES (?, ?, ?, ?, ?)',
  );
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const orders = new Map<string, { status: Status; version: number }>();
  const seen = new Set<string>();
  let queue: Waiting[] = [];
  let events = 0;

  const perform = (step: Step): Answer => {
    if (seen.has(step.commandId)) return 'duplicate';
    const id = orderIdOf(step.order);
    const order = orders.get(id);
    const rule = RULES[step.act];
    if ((order?.status ?? null) !== rule.from) throw refusal(step, order?.status ?? null);
    const version = (order?.version ?? 0) + 1;
    insert.run(id, version, rule.event, step.commandId, JSON.stringify(eventData(step)));
    orders.set(id, { status: rule.to, version });
    seen.add(step.commandId);
    events++;
    return 'accepted';
  };
  const runGroup = (): void => {
    const group = queue;
    queue = [];
    const answers: (() => void)[] = [];
    begin.run();
    for (const { step, resolve, reject } of group) {
      try {
        const answer = perform(step);
        answers.push(() => resolve(answer));
      } catch (error) {
        answers.push(() => reject(error as Error));
      }
    }
    commit.run();
    for (const answer of answers) answer();
  };

  return {
    send: (step) =>
      new Promise((resolve, reject) => {
        if (queue.push({ step, resolve, reject }) === 1) setImmediate(runGroup);
      }),
    effects: () => events,
    close: async () => database.close(),
  };
};
