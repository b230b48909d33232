// The views can be thrown away and made again beside the live ones: nothing outside sees two of them mixed, a difference
// stops the swap, and what the file of a generation was done to is noticed.
import { copyFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { ViewsWorkEnd } from '@orderloom/engine';
import { until, viewGenerationsContract } from '@orderloom/testing';
import { pay, place, placement } from '../example-commands.ts';
import { aFolder, cleanUp, startEngine } from '../example-engine.ts';

jest.setTimeout(60_000);
afterEach(cleanUp);

const WITHIN_MS = 20_000;
const TOTAL = 2501;

/** A shop with orders of which every second one is paid; at rest. */
const aShop = async (orders: number, folder = aFolder()) => {
  const problems: string[] = [];
  const shop = await startEngine(folder, { onProblem: (message) => problems.push(message) });
  const { engine, done, generations } = shop;
  const sell = async (from: number, count: number): Promise<void> => {
    for (let at = from; at < from + count; at++) {
      const { stream } = await done(place(placement({ buyerId: `b-${at}` }), `place-${at}`));
      if (at % 2 === 0) await done(pay(stream.key, TOTAL, `pay-${at}`));
    }
    await engine.settled();
  };
  await sell(0, orders);
  const ended = async (): Promise<ViewsWorkEnd | null> => {
    await until('the work to end', async () => (await generations.report()).work === null, WITHIN_MS);
    return (await generations.report()).last;
  };
  const orderIds = async (before: string | null, limit: number) => {
    const { documents, next } = await engine.list('order', 'main', 'all:', before, limit);
    return { ids: documents.map(({ id }) => id), next };
  };
  return { ...shop, folder, problems, sell, ended, orderIds };
};

const fileOf = (folder: string, generation: string): string => join(folder, `views-${generation}.db`);

/** Changes rows of a generation behind its back. */
const plant = (folder: string, generation: string, sql: string): void => {
  const database = new DatabaseSync(fileOf(folder, generation), { timeout: 5000 });
  database.exec(sql);
  database.close();
};

viewGenerationsContract({
  name: 'a data folder',
  create: async () => {
    let shop = await aShop(8);
    let sold = 8;
    const { folder } = shop;
    return {
      generations: () => shop.generations,
      sell: async (orders) => {
        await shop.sell(sold, orders);
        sold += orders;
      },
      shown: async () => (await shop.engine.list('order', 'main', 'all:', null, 200)).documents,
      plant: async (generation) => {
        const oldest = `select id from document where view = 'order' order by sort_key limit 1`;
        plant(folder, generation, `update document set body = '{"planted":true}' where id in (${oldest})`);
      },
      kill: async () => {
        await shop.stop();
        shop = await aShop(0, folder);
      },
      kept: async (generation) =>
        readdirSync(folder).filter((name) => name.startsWith(`views-${generation}.db`)).length,
      dispose: () => shop.stop(),
    };
  },
});

describe('a rebuild', () => {
  test('is a job that the log tells of', async () => {
    const { generations, engine, ended } = await aShop(2);
    await generations.rebuild(true);
    await ended();
    const { generation } = (await generations.report()).generations[0]!;
    const job = await engine.stateOf({ tenant: 'main', type: 'job', key: `rebuild-${generation}` });
    expect(job?.state).toMatchObject({ status: 'completed', kind: 'rebuild-views' });
  });
});

describe('what is read meanwhile', () => {
  test('by a cursor goes on in another generation: each order once', async () => {
    const { generations, ended, orderIds } = await aShop(12);
    const { ids } = await orderIds(null, 200);
    const seen: string[] = [];
    for (let before: string | null = null, pages = 0; pages === 0 || before !== null; pages++) {
      const page = await orderIds(before, 3);
      seen.push(...page.ids);
      before = page.next;
      if (pages > 0) continue;
      await generations.rebuild(true);
      await ended();
    }
    expect(seen).toEqual(ids);
  });

  test('is of one generation, page by page', async () => {
    const { generations, ended, engine, folder } = await aShop(10);
    await generations.rebuild(true);
    await ended();
    const kept = (await generations.report()).generations[1]!.generation;
    plant(folder, kept, `update document set body = json_set(body, '$.marked', 1) where view = 'order'`);
    const marks = async (): Promise<string> => {
      const { documents } = await engine.list('order', 'main', 'all:', null, 200);
      return [
        ...new Set(documents.map(({ document }) => JSON.stringify(document).includes('marked'))),
      ].join();
    };
    const pages = [marks(), marks()];
    const rolledBack = generations.rollback();
    for (let more = 0; more < 20; more++) pages.push(marks());
    await rolledBack;
    pages.push(marks());
    expect(new Set(await Promise.all(pages))).toEqual(new Set(['false', 'true']));
  });
});

describe('the file of the live views', () => {
  const restarted = async (change: (file: string, folder: string) => void) => {
    const first = await aShop(10);
    const expected = await first.orderIds(null, 200);
    const file = fileOf(first.folder, (await first.generations.report()).placement.live);
    await first.stop();
    change(file, first.folder);
    const again = await aShop(0, first.folder);
    await again.engine.settled();
    expect(await again.orderIds(null, 200)).toEqual(expected);
    await again.generations.compare((await again.generations.report()).placement.live);
    expect(await again.ended()).toMatchObject({ result: 'equal' });
    return again.problems;
  };

  test.each([
    ['deleted', (file: string) => rmSync(file)],
    ['overwritten', (file: string) => writeFileSync(file, 'no views')],
  ])('that was %s is made again, with a message', async (_, change) => {
    expect(await restarted(change)).toEqual([
      expect.stringMatching(/^views \w+: the views show event 0 of \d+$/),
    ]);
  });

  test('that is an older one reads on where it stands, with a message', async () => {
    const { folder, stop, generations } = await aShop(5);
    const file = fileOf(folder, (await generations.report()).placement.live);
    await stop();
    copyFileSync(file, `${file}.older`);
    const more = await aShop(0, folder);
    await more.sell(5, 5);
    const expected = await more.orderIds(null, 200);
    await more.stop();
    renameSync(`${file}.older`, file);
    const again = await aShop(0, folder);
    await again.engine.settled();
    expect(await again.orderIds(null, 200)).toEqual(expected);
    expect(again.problems).toEqual([expect.stringMatching(/the views show event [1-9]\d* of \d+$/)]);
  });

  test('that is of another log is made again, with a message', async () => {
    const other = await aShop(3);
    const { generation } = (await other.generations.report()).generations[0]!;
    const { folder } = other;
    await other.stop();
    const problems = await restarted((file) => copyFileSync(fileOf(folder, generation), file));
    expect(problems[0]).toMatch(
      /event \d+ of the views is not event \d+ of the log; the views are begun again/,
    );
  });

  test.each([
    ['deleted', (file: string) => rmSync(file)],
    [
      'replaced',
      (file: string) => {
        copyFileSync(file, `${file}.new`);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('that is %s under a running engine is made again, with a message', async (_, change) => {
    const { folder, generations, orderIds, problems, engine } = await aShop(6);
    const expected = await orderIds(null, 200);
    change(fileOf(folder, (await generations.report()).placement.live));
    await until('the problem', () => problems.length > 0, WITHIN_MS);
    await engine.settled();
    await until(
      'all orders',
      async () => (await orderIds(null, 200).catch(() => ({ ids: [] }))).ids.length === 6,
      WITHIN_MS,
    );
    expect(await orderIds(null, 200)).toEqual(expected);
    expect(problems[0]).toMatch(/was deleted or replaced; the views are begun again/);
  });
});
