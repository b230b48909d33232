import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { Client } from 'pg';
import { postgresBinaries, postgresObstacle } from './binaries.ts';
import { startPostgres } from './cluster.ts';
import { freshDatabase } from './database.ts';

const obstacle = postgresObstacle();
if (obstacle !== undefined) leftOut('a PostgreSQL of our own', obstacle);

const parent = mkdtempSync(join(tmpdir(), 'orderloom-cluster-'));
// Root hands the server to another user, who must be able to pass through.
chmodSync(parent, 0o711);
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => existsSync(join('/proc', String(pid)));

const inDatabase = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

(obstacle === undefined ? describe : describe.skip)('a PostgreSQL of our own', () => {
  test('syncs every commit, forgets nothing but what it is told, and leaves no trace', async () => {
    const cluster = await startPostgres(await postgresBinaries(), parent);
    try {
      const url = await freshDatabase(cluster.url, 'bench');
      const settings = await inDatabase(url, async (client) => {
        await client.query('CREATE TABLE kept (n int)');
        const { rows } = await client.query<{ fsync: string }>('SHOW fsync');
        return rows[0]?.fsync;
      });
      expect(settings).toBe('on');
      await freshDatabase(cluster.url, 'bench');
      const tables = await inDatabase(url, (client) =>
        client.query("SELECT 1 FROM pg_tables WHERE tablename = 'kept'"),
      );
      expect(tables.rowCount).toBe(0);
    } finally {
      await cluster.stop();
    }
    expect(isAlive(cluster.pid)).toBe(false);
    expect(readdirSync(parent)).toEqual([]);
  }, 600_000);
});

describe('a PostgreSQL that cannot start', () => {
  test('is an error that leaves nothing behind', async () => {
    await expect(startPostgres(join(parent, 'no-such-binaries'), parent)).rejects.toThrow('initdb');
    expect(readdirSync(parent)).toEqual([]);
  });
});
