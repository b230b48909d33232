import { join } from 'node:path';
import { identityOf, type Identity } from './processes/identity.ts';
import { whileLocked } from './processes/lock.ts';
import { endServer, isServing, keepRecord, readRecord, type ServerRecord } from './run/records.ts';
import { runFolder, runner } from './run/run-folder.ts';
import type { ServerName } from './servers/servers.ts';
import { startServer } from './servers/start-server.ts';

/** Where a server is reached: one address a node. */
export type Server = { readonly urls: readonly string[] };

// Long enough for whoever starts it to download it first.
const START_WITHIN_MS = 1_200_000;

const heldBy = (record: ServerRecord, holder: Identity): ServerRecord =>
  record.holders === 'until-down' || record.holders.some(({ pid }) => pid === holder.pid)
    ? record
    : { ...record, holders: [...record.holders.filter(({ pid }) => identityOf(pid)), holder] };

const begin = async (run: string, name: ServerName): Promise<ServerRecord> => {
  const starting = { id: name, name, folder: join(run, name), urls: [], holders: [runner()] };
  const { layout, processes } = await startServer({
    ...starting,
    options: {},
    onLaunch: (launched) => keepRecord(run, { ...starting, processes: launched }),
  });
  return { ...starting, urls: layout.urls, processes };
};

const find = (name: ServerName): Promise<Server> => {
  const run = runFolder();
  return whileLocked(join(run, `${name}.lock`), START_WITHIN_MS, async () => {
    const known = readRecord(run, name);
    const serves = known !== undefined && isServing(known);
    if (known !== undefined && !serves) await endServer(run, known);
    const record = serves ? heldBy(known, runner()) : await begin(run, name);
    keepRecord(run, record);
    return { urls: record.urls };
  });
};

const found = new Map<ServerName, Promise<Server>>();

/**
 * The server that all suites of a test run share: the first that asks starts it, in whichever process, and it ends
 * with the run. A suite keeps to topics, indices or keys of its own. Throws `unavailable` where `obstacleTo` gives a
 * reason, `install-failed` or `did-not-start` where it cannot be had all the same.
 */
export const sharedServer = (name: ServerName): Promise<Server> => {
  const server = found.get(name) ?? find(name);
  found.set(name, server);
  return server;
};
