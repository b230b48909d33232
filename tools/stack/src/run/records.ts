import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type Identity } from '../processes/identity.ts';
import { endProcesses } from '../processes/start-process.ts';
import type { ServerName } from '../servers/servers.ts';
import type { NodeProcesses } from '../servers/start-server.ts';
import { ensureGuard } from './guard.ts';

/** What is known of a server that somebody started: enough to use it, to end it, and to see that nobody needs it. */
export type ServerRecord = {
  /** Of the record, unique in its run. */
  readonly id: string;
  readonly name: ServerName;
  /** None before it serves. */
  readonly urls: readonly string[];
  readonly folder: string;
  /** A file for each node, once it serves. */
  readonly logs: readonly string[];
  readonly processes: NodeProcesses;
  /** Whom it is for: when none of them is left it is ended. `until-down`: it stays until somebody says so. */
  readonly holders: readonly Identity[] | 'until-down';
};

const ENDING = '.server.json';
const fileOf = (run: string, id: string): string => join(run, `${id}${ENDING}`);

export const readRecord = (run: string, id: string): ServerRecord | undefined => {
  try {
    return JSON.parse(readFileSync(fileOf(run, id), 'utf8')) as ServerRecord;
  } catch {
    return undefined;
  }
};

/** Replaces an older one in one step. */
export const writeRecord = (run: string, record: ServerRecord): void => {
  mkdirSync(run, { recursive: true, mode: 0o755 });
  const draft = `${fileOf(run, record.id)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, fileOf(run, record.id));
};

export const readRecords = (run: string): readonly ServerRecord[] => {
  try {
    return readdirSync(run)
      .filter((file) => file.endsWith(ENDING))
      .map((file) => readRecord(run, file.slice(0, -ENDING.length)))
      .filter((record) => record !== undefined);
  } catch {
    return [];
  }
};

export const isServing = ({ urls, processes }: ServerRecord): boolean =>
  urls.length > 0 && processes.flat().every(isAlive);

export const isHeld = ({ holders }: ServerRecord): boolean =>
  holders === 'until-down' || holders.some(isAlive);

/** Ends a server and forgets it, its folder included. */
export const endServer = async (
  run: string,
  record: ServerRecord,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL',
): Promise<void> => {
  await endProcesses(record.processes.flat(), signal);
  rmSync(record.folder, { recursive: true, force: true });
  rmSync(fileOf(run, record.id), { force: true });
};

/** Keeps a record, and sees to it that the server ends with those it is for. */
export const keepRecord = (run: string, record: ServerRecord): void => {
  writeRecord(run, record);
  if (record.holders !== 'until-down') ensureGuard(run);
};
