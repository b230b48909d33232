// Every public package as somebody else gets it: packed, installed from the tarball beside its peers, and used; and the
// example shop, which is none of ours, built and run on them.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { kafkaObstacle, kafkaTopics } from '../client/places.ts';

jest.setTimeout(60_000);
const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const SHOP = join(root, 'docs/examples/nest-shop');
const USES = join(import.meta.dirname, 'use-packages.mjs');

type Manifest = { readonly name: string; readonly private?: boolean; readonly files?: readonly string[] };
const publicPackages = globSync('libs/*/package.json', { cwd: root })
  .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest)
  .filter((manifest) => manifest.private !== true)
  .map(({ name }) => name);

/** The Node that the machine has. */
const theirNode = process.env['npm_node_execpath'] ?? process.execPath;
const noOther = theirNode === process.execPath ? 'the machine has no other Node than this one' : undefined;
if (noOther !== undefined) leftOut('packages on the Node of the machine', noOther);

const reachesRegistry = (): boolean =>
  spawnSync('npm', ['view', '@nestjs/core@12.5.1', 'version'], { timeout: 20_000 }).status === 0;
const obstacle = reachesRegistry() ? undefined : 'the registry for npm packages cannot be reached';
if (obstacle !== undefined) leftOut('packages installed from their tarballs', obstacle);

const withoutKafka = obstacle ?? kafkaObstacle();
if (withoutKafka !== undefined) leftOut('the example shop on Kafka', withoutKafka);

const folder = mkdtempSync(join(tmpdir(), 'orderloom-shop-'));
const app = join(folder, 'app');
const children: { readonly child: ChildProcess; readonly ended: Promise<unknown[]> }[] = [];

const npm = (cwd: string, ...args: readonly string[]) =>
  run('npm', [...args, '--ignore-scripts', '--loglevel=error'], { cwd });

const post = async (url: string, key: string, body: object) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
};

const openShop = async (engine: object) => {
  const env = { ...process.env, PORT: '0', SHOP_ENGINE: JSON.stringify(engine) };
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: app,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  children.push({ child, ended });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const [, url] = /open at (http\S+)/.exec(said) ?? [];
        if (url !== undefined) resolve(url);
      });
    child.once('exit', () => reject(new Error(said)));
  });
  return { url, child, ended };
};

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** Has an order placed, paid, and packed by the shop's own provider. */
const buyIn = async (url: string): Promise<void> => {
  const placed = await post(`${url}/v1/orders`, 'cart-1', {
    ...{ buyerId: 'b-1', currency: 'EUR', total: 1_249 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }],
  });
  const orderId = String(placed['orderId']);
  const payment = { paymentId: 'p-1', amount: 1_249, currency: 'EUR', provider: 'bank' };
  await post(`${url}/v1/orders/${orderId}/commands`, 'pay-1', { type: 'ConfirmPayment', data: payment });
  const packed = { parcel: `parcel-${orderId}` };
  const isPacked = async () =>
    JSON.stringify(await json(`${url}/packed/${orderId}`)) === JSON.stringify(packed);
  for (const end = Date.now() + 30_000; !(await isPacked()) && Date.now() < end;) await pause(50);
  expect(await json(`${url}/packed/${orderId}`)).toEqual(packed);
  expect(await json(`${url}/health`)).toMatchObject({ orderloom: { status: 'up' } });
};

(obstacle === undefined ? describe : describe.skip)('the public packages', () => {
  beforeAll(async () => {
    cpSync(SHOP, app, { recursive: true });
    const wanted = publicPackages.flatMap((name) => ['-w', name]);
    await npm(root, 'pack', '--pack-destination', folder, ...wanted);
    const tarballs = globSync('*.tgz', { cwd: folder }).map((name) => join(folder, name));
    await npm(app, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs);
    await npm(app, 'run', 'build');
  }, 300_000);
  afterAll(async () => {
    for (const { child, ended } of children) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('do what they are for, installed from their tarballs', async () => {
    const { stdout } = await run(process.execPath, [USES], { cwd: app });
    const given = JSON.parse(stdout) as Record<string, unknown>;
    expect(
      Object.keys(given)
        .map((name) => `@orderloom/${name}`)
        .sort(),
    ).toEqual([...publicPackages].sort());
    expect(given).toMatchObject({ embedded: 'accepted', client: 'pending' });
  });

  (noOther === undefined ? test : test.skip)('run on the Node of this machine as well', async () => {
    const { stdout } = await run(theirNode, [USES], { cwd: app });
    expect(JSON.parse(stdout)).toMatchObject({ client: 'pending' });
  });

  test('make the example shop: it takes an order, packs what was paid, stops in order, and opens again', async () => {
    const source = readFileSync(join(SHOP, 'src/main.ts'), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThan(81);
    const place = { embedded: { folder: join(folder, 'data') } };
    const shop = await openShop(place);
    await buyIn(shop.url);
    shop.child.kill('SIGTERM');
    expect(await shop.ended).toEqual([null, 'SIGTERM']);
    const again = await openShop(place);
    expect(await json(`${again.url}/health`)).toMatchObject({ orderloom: { status: 'up' } });
  });

  (withoutKafka === undefined ? test : test.skip)(
    'make the same shop on Kafka',
    async () => {
      const place = { ...(await kafkaTopics()), keys: join(folder, 'keys') };
      const shop = await openShop({ kafka: place });
      await buyIn(shop.url);
      shop.child.kill('SIGTERM');
      expect(await shop.ended).toEqual([null, 'SIGTERM']);
    },
    1_200_000,
  );
});
