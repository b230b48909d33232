// Invariant: a full disk is an honest 503 that changed nothing; a disk that does not confirm a write ends the process.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leftOut, powerCut, powerCutObstacle, type PowerCut } from '@orderloom/testing';
import { viewsAtHead } from './a-shop.ts';
import { anOrder } from './an-order.ts';
import { startApp, type App } from './app.ts';
import { ask, write, type Answer } from './ask.ts';
import { readEvents } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';

const AT_ONCE = 40;

const obstacle = powerCutObstacle();
if (obstacle !== undefined) leftOut('a full or dying disk', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

let folder: string;
let cut: PowerCut;
beforeEach(() => {
  folder = aFolder();
  if (obstacle === undefined) cut = powerCut(folder);
});
afterEach(() => {
  if (obstacle === undefined) cut.remove();
});
afterAll(cleanUp);

const place = (app: App, key: string): Promise<Answer> =>
  write(app.url, '/v1/orders', key, anOrder(`buyer-${key}`, { receiver: { name: 'Ada', city: 'Berlin' } }));
const placeMany = (app: App, name: string): Promise<Answer[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => place(app, `${name}-${String(n)}`)));
const placedKeys = (): string[] =>
  readEvents(folder)
    .filter(({ type }) => type === 'OrderPlaced')
    .map(({ commandId }) => commandId)
    .sort();
const keys = (...names: string[]): string[] =>
  names.flatMap((name) => Array.from({ length: AT_ONCE }, (_, n) => `${name}-${String(n)}`)).sort();
/** The views' WAL goes back into their file when it has about so much. */
const COPIED_BYTES = 1000 * 16_384;
const bytesOf = (name: RegExp): number => {
  const found = readdirSync(folder).find((file) => name.test(file));
  return found === undefined ? 0 : statSync(join(folder, found)).size;
};
const toldOf = ({ status, body, headers }: Answer): object => ({
  ...{ status, code: body['code'], retry: headers['retry-after'] },
});

here('a full disk', () => {
  test.each([
    ['the log', 'log.db'],
    ['every file', ''],
  ])(
    'under %s is answered 503, changes nothing, and is over when there is room again',
    async (_, part) => {
      const app = await startApp(folder, cut.env);
      await placeMany(app, 'before');
      cut.fail('write', part);
      for (const answer of await placeMany(app, 'during'))
        expect(toldOf(answer)).toEqual({ status: 503, code: 'log-unavailable', retry: '1' });
      expect((await ask(app.url, '/readyz')).status).toBe(503);
      expect((await ask(app.url, '/healthz')).status).toBe(200);
      expect(placedKeys()).toEqual(keys('before'));
      cut.fail('write', null);
      for (const { status } of await placeMany(app, 'after')) expect(status).toBe(201);
      for (const { status } of await placeMany(app, 'during')) expect(status).toBe(201);
      expect((await ask(app.url, '/readyz')).status).toBe(200);
      expect(placedKeys()).toEqual(keys('after', 'before', 'during'));
      expect(await app.stop()).toBe(0);
    },
    60_000,
  );
});

here('a sync that fails', () => {
  test('ends the process with code 70, and loses nothing that was acknowledged', async () => {
    const app = await startApp(folder, cut.env);
    await placeMany(app, 'before');
    cut.fail('sync', 'log.db');
    const lost = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, (_, n) => place(app, `lost-${String(n)}`)),
    );
    expect(lost.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect((await app.ended).code).toBe(70);
    expect(app.output()).toMatch(/log\.db|cannot (tell|be trusted)/);
    cut.fail('sync', null);
    cut.restore();
    const again = await startApp(folder, cut.env);
    for (const { body } of await placeMany(again, 'before')) expect(body['result']).toBe('duplicate');
    for (const { body } of await placeMany(again, 'lost'))
      expect(body['result']).toMatch(/accepted|duplicate/);
    expect(placedKeys()).toEqual(keys('before', 'lost'));
    expect(await again.stop()).toBe(0);
  }, 60_000);

  test('of the views loses nothing and stops nobody: their WAL keeps what cannot be copied', async () => {
    const app = await startApp(folder, cut.env);
    cut.fail('sync', 'views-');
    const names: string[] = [];
    // A WAL whose pages have gone back is written from its beginning again: it does not grow beyond them.
    while (bytesOf(/^views-\w+\.db-wal$/) < 2 * COPIED_BYTES) {
      const name = `unsynced-${String(names.length)}`;
      names.push(name);
      for (const { status } of await placeMany(app, name)) expect(status).toBe(201);
      await viewsAtHead(app);
    }
    const before = bytesOf(/^views-\w+\.db$/);
    cut.fail('sync', null);
    for (const { status } of await placeMany(app, 'synced')) expect(status).toBe(201);
    await viewsAtHead(app);
    expect(bytesOf(/^views-\w+\.db$/)).toBeGreaterThan(before);
    expect(placedKeys()).toEqual(keys('synced', ...names));
    expect(await app.stop()).toBe(0);
  }, 60_000);
});
