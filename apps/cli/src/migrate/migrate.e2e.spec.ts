// A folder's log carried into topics of a real broker: the same log, and everybody goes on where they were.
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { kafkaClient, kafkaGroupProgress } from '@orderloom/kafka';
import { lockFolder, openConsumerFile } from '@orderloom/sqlite';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, until } from '@orderloom/testing';
import { eventsIn, orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('moving a log up to Kafka', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(300_000);

const root = join(import.meta.dirname, '../../../..');
const PARTITIONS = 4;
const ROWS = 200;

here('a folder that is moved up to Kafka', () => {
  const scratch = scratchFolder();
  const data = join(scratch.path, 'data');
  const children: ChildProcess[] = [];
  let [brokers, registry] = ['', ''];
  let order = '';

  const cluster = (prefix: string): string[] => [
    ...['--brokers', brokers, '--registry', registry, '--prefix', prefix],
  ];
  const freshTopics = async (): Promise<string> => {
    const prefix = `t-${randomUUID().slice(0, 8)}`;
    const { code } = await orderloom(
      ...['topics', 'apply', '--dev', '--brokers', brokers, '--prefix', prefix],
      ...['--partitions', String(PARTITIONS)],
    );
    expect(code).toBe(0);
    return prefix;
  };
  const migration = (prefix: string, folder = data): string[] => [
    ...['migrate', 'embedded-to-kafka', '--data', folder, ...cluster(prefix)],
    ...['--partitions', String(PARTITIONS)],
  ];
  const place = ['place', '--line', 'TEA=1x450', '--key', 'before-the-move'];

  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls.join(',');
    registry = (await sharedServer('schema-registry')).urls[0] ?? '';
    const published = await fillingRegistry(() => orderloom('schemas', 'publish', '--registry', registry));
    expect(published.code).toBe(0);
    const lines = readFileSync(join(root, 'docs/tutorial/orders.ocel.csv'), 'utf8').split('\n');
    const file = join(scratch.path, 'log.csv');
    writeFileSync(file, `${lines.slice(0, ROWS + 1).join('\n')}\n`);
    await orderloomJson('import', 'ocel', file, '--data', data);
    const placed = await orderloomJson(...place, '--data', data);
    order = String(placed['orderId']);
    const consumers = openConsumerFile(data);
    const handled = Math.floor(eventsIn(data).length / 2);
    const owned = await consumers.progressOf('wms').take(0);
    const parked = {
      handler: 'wms',
      streamId: `main/order/${order}`,
      version: 1,
      reason: 'E',
      recordedAt: 5,
    };
    await owned.keep({ index: handled, parked: [parked] });
    consumers.close();
  }, 1_200_000);
  afterEach(async () => {
    for (const child of children.splice(0)) {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      await ended;
    }
  });
  afterAll(scratch.remove);

  test('has the same digest there, though it was killed on the way, and nothing twice', async () => {
    const prefix = await freshTopics();
    const { child, ran, said } = started(...migration(prefix));
    while (!said().includes('Carrying over') && child.exitCode === null) await pause(2);
    child.kill('SIGKILL');
    await ran;
    const report = await orderloomJson(...migration(prefix));
    const events = eventsIn(data).length;
    expect(report).toMatchObject({ events, partitions: PARTITIONS, consumers: ['wms'] });
    const { digest } = await orderloomJson('verify', '--data', data);
    expect(await orderloomJson('verify', ...cluster(prefix))).toMatchObject({
      digest,
      events,
      violations: [],
    });
    expect(await orderloomJson(...migration(prefix))).toMatchObject({ events, before: events });
    expect(await orderloomJson('verify', ...cluster(prefix))).toMatchObject({ digest, events });
  });

  test('knows its orders, its keys and its commands again, and its consumers go on where they were', async () => {
    const prefix = await freshTopics();
    const moved = await orderloomJson(...migration(prefix));
    const kafka = kafkaClient({ brokers: brokers.split(','), clientId: 'spec' });
    const progress = await kafkaGroupProgress({ kafka, prefix, group: 'wms' });
    const owned = await Promise.all(Array.from({ length: PARTITIONS }, (_, p) => progress.take(p)));
    expect(owned.reduce((sum, { index }) => sum + index, 0)).toBe(Math.floor(Number(moved['events']) / 2));
    expect(owned.flatMap(({ parked }) => parked)).toMatchObject([{ streamId: `main/order/${order}` }]);
    await Promise.all(owned.map(({ close }) => close()));
    await progress.close();

    const url = await new Promise<string>((resolve, reject) => {
      const args = ['--data', data, '--port', '0', '--roles', 'http,commands'];
      const child = spawn(process.execPath, [join(root, 'apps/command-service/dist/main.js'), ...args], {
        env: {
          ...process.env,
          ...{ ORDERLOOM_PROFILE: 'kafka', ORDERLOOM_KAFKA_BROKERS: brokers, ORDERLOOM_KAFKA_PREFIX: prefix },
          ...{ ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS), ORDERLOOM_SCHEMA_REGISTRY_URL: registry },
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          const found = /serves (http\S+)/.exec((said += chunk))?.[1];
          if (found !== undefined) resolve(found);
        });
      child.once('exit', () => reject(new Error(said)));
    });
    /** Asked again under the same key while it is kept and not decided yet. */
    const decided = (...args: readonly string[]) =>
      until('it to be decided', async () => {
        const answer = await orderloomJson(...args, '--url', url);
        return answer['result'] !== 'pending' && answer;
      });
    const again = await decided(...place);
    expect(again).toMatchObject({ result: 'duplicate', orderId: order });
    const payment = { paymentId: 'p-1', amount: 450, currency: 'EUR', provider: 'bank' };
    const pay = ['send', `order/${order}`, 'ConfirmPayment', JSON.stringify(payment), '--key', 'pay-1'];
    // Where it was kept at first, the answer of later is a duplicate.
    expect(['accepted', 'duplicate']).toContain((await decided(...pay))['result']);
  });

  test('is refused where the topics hold something else, and while an engine works in the folder', async () => {
    const prefix = await freshTopics();
    const other = join(scratch.path, 'other');
    await orderloomJson('place', '--line', 'MUG=1x100', '--data', other);
    expect((await orderloom(...migration(prefix, other))).code).toBe(0);
    const refused = await orderloom(...migration(prefix), '--json');
    expect(JSON.parse(refused.err)).toMatchObject({ error: { code: 'target-not-empty' } });
    expect(refused.code).toBe(1);
    const lock = lockFolder(data);
    const inUse = await orderloom(...migration(prefix), '--json');
    lock.release();
    expect(JSON.parse(inUse.err)).toMatchObject({ error: { code: 'folder-in-use' } });
    const missing = await orderloom(...migration(prefix, join(scratch.path, 'nothing')), '--json');
    expect(JSON.parse(missing.err)).toMatchObject({ error: { code: 'log-missing' } });
  });
});
