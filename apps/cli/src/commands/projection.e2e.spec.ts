// The page about rebuilding views, line by line, as an operator types it; and the end of a rebuild that finds a difference.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/how-to/rebuild-views.md');
const scratch = scratchFolder();
afterAll(scratch.remove);

describe('with a living engine', () => {
  const data = join(scratch.path, 'shop');
  const engine = started('serve', '--data', data, '--port', '0');
  beforeAll(async () => {
    while (!engine.said().includes('Orderloom serves'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await orderloomJson('place', '--line', 'TEA=2x450', '--data', data);
  }, 180_000);
  const json = (...args: readonly string[]) => orderloomJson('projection', ...args, '--data', data);
  const states = async (): Promise<readonly unknown[]> =>
    ((await json('list'))['generations'] as readonly { state: string }[]).map(({ state }) => state);

  test('every line of the page does what it says', async () => {
    const lines = [...readFileSync(PAGE, 'utf8').matchAll(/^npx orderloom (.+)$/gm)].map(([, line]) => line!);
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const { code, err } = await orderloom(...line.split(' '), '--data', data);
      expect([line, code, err]).toEqual([line, 0, expect.not.stringContaining('orderloom:')]);
    }
    expect(await states()).toEqual(['live']);
  }, 180_000);

  test('what has nothing to be done with is refused, with a remedy', async () => {
    const { code, err } = await orderloom('projection', 'rollback', '--data', data);
    expect([code, err]).toEqual([1, expect.stringContaining('make one: orderloom projection rebuild')]);
  }, 180_000);

  test('a difference ends with exit code 1, is named, and nothing is swapped', async () => {
    expect(await json('rebuild', '--no-swap')).toMatchObject({ result: 'equal' });
    const { generations } = (await json('list')) as { generations: { generation: string }[] };
    const file = new DatabaseSync(join(data, `views-${generations[1]!.generation}.db`), { timeout: 5000 });
    file.exec(`update document set body = replace(body, 'TEA', 'tea') where view = 'order'`);
    file.close();
    const { code, err } = await orderloom('projection', 'swap', '--data', data);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/differs .* 1 places; the first: order main\/\S+ is different/),
    ]);
    expect(await states()).toEqual(['live', 'differs']);
    engine.child.kill('SIGTERM');
    expect((await engine.ran).code).toBe(0);
  }, 180_000);

  test('without an engine the files are opened', async () => {
    expect(await json('rebuild')).toMatchObject({ result: 'swapped' });
    expect(await states()).toEqual(['live', 'kept']);
  }, 180_000);
});

test('the views of an imported log are rebuilt as they were', async () => {
  const data = join(scratch.path, 'imported');
  const log = join(import.meta.dirname, '../../../../docs/tutorial/orders.ocel.csv');
  expect(await orderloomJson('import', 'ocel', log, '--data', data)).toMatchObject({ orders: 40 });
  const end = await orderloomJson('projection', 'rebuild', '--data', data);
  expect(end).toMatchObject({ result: 'swapped', comparison: { differences: 0, first: null } });
}, 180_000);
