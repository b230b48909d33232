// The demo leaves one parked event behind, and what an operator does about it works as it is printed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

jest.setTimeout(120_000);

type Parked = { readonly id: string; readonly stream: string; readonly reason: string };

const scratch = scratchFolder();
const folder = join(scratch.path, 'demo');
const args = ['demo', '--port', '0', '--orders', '12', '--data', folder];
let shop: ReturnType<typeof started>;

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end || shop.child.exitCode !== null) throw new Error(shop.said());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const open = async (): Promise<void> => {
  shop = started(...args);
  await until(() => shop.said().includes('Ctrl-C'));
};
const close = async (): Promise<number | null> => {
  shop.child.kill('SIGINT');
  return (await shop.ran).code;
};
const parked = async (): Promise<readonly Parked[]> =>
  (await orderloomJson('parked', '--data', folder))['consumers'] as readonly Parked[];
/** The orders that have a label, once for each label. */
const labelled = (): readonly string[] => {
  const file = join(folder, 'labels.txt');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => line.split(' ')[1] ?? '');
};

beforeAll(open);
afterAll(async () => {
  await close();
  scratch.remove();
});

test('one label is parked, is explained, and is printed once when it is redriven, by the lines that are printed', async () => {
  const [label, ...others] = await parked();
  expect([label?.reason, others]).toEqual(['PrinterJammed', []]);
  const id = label!.id;
  const orderId = label!.stream.split('/').at(-1) ?? '';
  expect(labelled().length).toBeGreaterThan(3);
  expect(labelled()).not.toContain(orderId);

  const printed = shop.said().match(/(?<=npx orderloom )parked.*/g) ?? [];
  expect(printed).toHaveLength(3);
  const [list, explain, redrive] = printed.map((line) => line.split(' '));
  expect((await orderloom(...list!)).out).toMatch(
    /labels +main\/order\/\S+ +1 from version \d+ +PrinterJammed/,
  );
  expect((await orderloom(...explain!)).out).toContain('LinesShipped');
  expect((await orderloom(...redrive!, '--dry-run')).out).toContain('1 streams would be redriven');
  expect([await parked(), labelled().includes(orderId)]).toEqual([[label], false]);

  expect((await orderloom(...redrive!)).code).toBe(0);
  await until(async () => (await parked()).length === 0);
  expect(labelled().filter((order) => order === orderId)).toHaveLength(1);
  expect((await orderloom('parked', 'explain', id, '--data', folder)).code).toBe(1);
});

test('a shop that opens again has nothing left to repair, and prints no label twice', async () => {
  const before = labelled();
  expect(await close()).toBe(0);
  await open();
  expect(shop.said()).not.toContain('jammed');
  expect([await parked(), labelled()]).toEqual([[], before]);
});
