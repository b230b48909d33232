// Invariant: everything but log.db and keys.db can be deleted or damaged; the same documents come back from the log.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appWithShop, viewsAtHead } from './a-shop.ts';
import { startApp, type App } from './app.ts';
import { ask } from './ask.ts';
import { readEvents } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { addressOf } from './sender.ts';
import { size } from './size.ts';

const ANSWERS = size(200, 20_000);

let folder: string;
let documents: readonly string[];
let events: number;

/** Each document as the queries show it, with its version, and the list of the paid orders. */
const documentsOf = async (app: App): Promise<readonly string[]> => {
  await viewsAtHead(app);
  const paths = [...new Set(readEvents(folder).map(({ stream }) => addressOf(stream)))].sort();
  const shown: string[] = [];
  for (const path of [...paths, '/v1/orders?status=payment.paid&limit=200']) {
    const { status, text, headers } = await ask(app.url, path);
    expect([path, status]).toEqual([path, 200]);
    // A cursor is signed anew with each answer; the list itself is the same.
    shown.push(`${path} ${String(headers['etag'])} ${text.replace(/"next":"[^"]*"/, '"next":"…"')}`);
  }
  return shown;
};

const remove = (pattern: RegExp): void => {
  const found = readdirSync(folder).filter((name) => pattern.test(name));
  expect(found).not.toEqual([]);
  for (const name of found) rmSync(join(folder, name));
};
const damage = (pattern: RegExp): void => {
  for (const name of readdirSync(folder).filter((one) => pattern.test(one))) {
    const bytes = readFileSync(join(folder, name));
    for (let at = 0; at < bytes.length; at += 997) bytes[at] = ~bytes[at]!;
    writeFileSync(join(folder, name), bytes);
  }
};

/** Starts the app on what `change` has left of a stopped one; gives its documents and stops it. */
const after = async (change: () => void): Promise<readonly string[]> => {
  change();
  const app = await startApp(folder);
  const shown = await documentsOf(app);
  expect(await app.stop()).toBe(0);
  return shown;
};

beforeAll(
  async () => {
    folder = aFolder();
    const app = await appWithShop(folder, ANSWERS);
    documents = await documentsOf(app);
    expect(await app.stop()).toBe(0);
    events = readEvents(folder).length;
  },
  size(60_000, 600_000),
);
afterAll(cleanUp);

describe('the documents of a shop', () => {
  test.each([
    ['nothing was changed', () => undefined],
    ['the views were deleted', () => remove(/^views-.*\.db/)],
    ['the snapshot was deleted', () => remove(/^snapshot\.bin$/)],
    ['everything was deleted but log.db and keys.db', () => remove(/^(?!(log|keys)\.db)/)],
    ['the views and the snapshot were damaged', () => damage(/^(views-.*\.db|snapshot\.bin)$/)],
  ])(
    'are the same after a restart before which %s',
    async (_, change) => {
      expect(await after(change)).toEqual(documents);
      expect(readEvents(folder)).toHaveLength(events);
    },
    size(60_000, 300_000),
  );

  test(
    'are the same after a kill -9',
    async () => {
      await (await startApp(folder)).kill();
      expect(await after(() => undefined)).toEqual(documents);
    },
    size(60_000, 300_000),
  );
});
