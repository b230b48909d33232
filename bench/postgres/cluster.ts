import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, unprivileged, type User } from '@orderloom/stack';
import { Client } from 'pg';

/** A PostgreSQL server of our own, with the defaults of `initdb`: every commit is synced. */
export type PostgresCluster = {
  /** Of its `postgres` database. */
  readonly url: string;
  readonly version: string;
  /** Of the server's first process; it ends with all others that it started. */
  readonly pid: number;
  /** Resolves when the server has ended and its folder is gone. */
  readonly stop: () => Promise<void>;
};

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

const makeCluster = (
  binaries: string,
  folder: string,
  owner: User | undefined,
): { data: string; url: string } => {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const password = randomBytes(16).toString('hex');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) for (const path of [folder, data, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const flags = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256', '-N'];
  execFileSync(join(binaries, 'initdb'), ['-D', data, `--pwfile=${passwordFile}`, ...flags], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { data, url: `postgresql://postgres:${password}@127.0.0.1` };
};

/** Asks until the server answers. Throws what its log says where it ends instead. */
const answering = async (server: ChildProcess, url: string, log: string): Promise<string> => {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.exitCode !== null || performance.now() > deadline)
      throw new Error(
        `PostgreSQL did not start: ${readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''}`,
      );
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return rows[0]?.server_version ?? 'unknown';
    } catch {
      await sleep(POLL_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
};

const spawnServer = (binaries: string, data: string, port: number, owner: User | undefined): ChildProcess => {
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const log = openSync(join(data, 'log'), 'a');
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(binaries, 'postgres'), args, {
    ...owner,
    cwd: data,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return server;
};

/**
 * Makes a cluster in a new folder below `parent`, which anybody must be able to enter, and starts it on a free port
 * of the loopback interface. It ends with `stop`, and at the latest with this process. Throws where it cannot start.
 */
export const startPostgres = async (binaries: string, parent: string): Promise<PostgresCluster> => {
  // PostgreSQL refuses to run as root.
  const owner = unprivileged('postgres');
  const folder = mkdtempSync(join(parent, 'orderloom-postgres-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { data, url: address } = makeCluster(binaries, folder, owner);
    const [port = 0] = await freePorts(1);
    const server = spawnServer(binaries, data, port, owner);
    return await served(server, `${address}:${port}/postgres`, join(data, 'log'), clear);
  } catch (error) {
    clear();
    throw error;
  }
};

/** The running server, once it answers; stopped again where it does not. */
const served = async (
  server: ChildProcess,
  url: string,
  log: string,
  clear: () => void,
): Promise<PostgresCluster> => {
  const ended = once(server, 'exit');
  // SIGINT is PostgreSQL's fast shutdown: sessions are cut off, the data stays sound.
  const kill = (): void => void server.kill('SIGINT');
  process.on('exit', kill);
  const stop = async (): Promise<void> => {
    kill();
    await ended;
    process.off('exit', kill);
    clear();
  };
  try {
    return { url, version: await answering(server, url, log), pid: server.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
