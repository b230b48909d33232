// The import over topics, processors and projector on real servers: the same content as in one process.
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, until } from '@orderloom/testing';
import { orderloom, orderloomJson, scratchFolder } from '../running.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry') ?? obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the import over Kafka', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(process.env['ORDERLOOM_SIZE'] === 'full' ? 3_600_000 : 900_000);

const root = join(import.meta.dirname, '../../../..');
const isFull = process.env['ORDERLOOM_SIZE'] === 'full';
const TUTORIAL = join(root, 'docs/tutorial/orders.ocel.csv');
const WHOLE = (isFull ? process.env['ORDERLOOM_SAMPLE_LOG'] : undefined) ?? TUTORIAL;
/** Rows at CI size; at full size all of them. One command waits for the one before, each some transactions long. */
const CI_ROWS = 150;
const PARTITIONS = '4';

here('the import over Kafka', () => {
  const scratch = scratchFolder();
  const children: ChildProcess[] = [];
  const file = join(scratch.path, 'log.csv');
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  let where: readonly string[] = [];
  let url = '';

  /** Starts a program of the Kafka profile and gives what it says when it serves. */
  const start = async (program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> => {
    const child = spawn(process.execPath, [join(root, program), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let said = '';
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          const serves = /^Orderloom (?:serves|projects).*$/m.exec((said += chunk))?.[0];
          if (serves !== undefined) resolve(serves);
        });
      child.once('exit', () => reject(new Error(said)));
    });
  };

  beforeAll(async () => {
    const lines = readFileSync(WHOLE, 'utf8').split('\n');
    writeFileSync(file, isFull ? lines.join('\n') : `${lines.slice(0, CI_ROWS + 1).join('\n')}\n`);
    const [kafka, registry, search] = await Promise.all([
      sharedServer('kafka'),
      sharedServer('schema-registry'),
      sharedServer('elasticsearch'),
    ]);
    const brokers = kafka.urls.join(',');
    where = ['--brokers', brokers, '--registry', registry.urls[0] ?? '', '--prefix', prefix];
    const published = await fillingRegistry(() =>
      orderloom('schemas', 'publish', '--registry', registry.urls[0] ?? ''),
    );
    expect(published.code).toBe(0);
    const topics = ['--brokers', brokers, '--prefix', prefix, '--partitions', PARTITIONS, '--dev'];
    expect((await orderloom('topics', 'apply', ...topics)).code).toBe(0);
    const env = {
      ...{ ORDERLOOM_PROFILE: 'kafka', ORDERLOOM_KAFKA_BROKERS: brokers, ORDERLOOM_KAFKA_PREFIX: prefix },
      ...{ ORDERLOOM_KAFKA_PARTITIONS: PARTITIONS, ORDERLOOM_SCHEMA_REGISTRY_URL: registry.urls[0] },
      ...{ ORDERLOOM_ELASTICSEARCH_NODES: search.urls[0], PORT: '0' },
    };
    await start('apps/projector-search/dist/main.js', [], env);
    const args = ['--data', join(scratch.path, 'edge'), '--port', '0', '--roles', 'http,commands'];
    const serves = await start('apps/command-service/dist/main.js', args, env);
    url = /http:\S+/.exec(serves)?.[0] ?? '';
  }, 1_200_000);
  afterAll(async () => {
    for (const child of children) {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      await ended;
    }
    scratch.remove();
  });

  test('reports what it reports in one process, and leaves the same digest behind', async () => {
    const data = join(scratch.path, 'embedded');
    const embedded = await orderloomJson('import', 'ocel', file, '--data', data);
    const report = await orderloomJson('import', 'ocel', file, '--url', url);
    const { orders, accepted, duplicate, rejected, refusedRows } = embedded;
    expect(report).toMatchObject({ orders, accepted, duplicate, rejected, refusedRows });
    const folder = await orderloomJson('verify', '--data', data);
    // What stock and parcels are told may still be on its way between partitions.
    const topics = await until('the topics to hold as many events', async () => {
      const verdict = await orderloomJson('verify', ...where);
      return verdict['events'] === folder['events'] && verdict;
    });
    expect(topics['violations']).toEqual([]);
    expect(folder['violations']).toEqual([]);
    expect(topics['orders']).toBe(folder['orders']);
    expect(topics['digest']).toBe(folder['digest']);
  });

  test('is through: once more it adds nothing', async () => {
    const { digest } = await orderloomJson('verify', ...where);
    const again = await orderloomJson('import', 'ocel', file, '--url', url);
    expect(again).toMatchObject({ accepted: 0, rejected: {}, events: 0 });
    expect(await orderloomJson('verify', ...where)).toMatchObject({ digest, violations: [] });
  });
});
