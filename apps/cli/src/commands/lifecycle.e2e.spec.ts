// `orderloom lifecycle` over orders that are there: what a changed lifecycle would take away from them, and moving them to it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const DOMAIN = pathToFileURL(join(import.meta.dirname, '../../../../libs/domain/dist/index.js')).href;
const scratch = scratchFolder();
afterAll(scratch.remove);
const data = join(scratch.path, 'shop');

/** `retail` with papers that somebody has to look at; `waiting`: what it calls the status until then. */
const configFile = (name: string, version: number, waiting: string, more = ''): string => {
  const path = join(scratch.path, `${name}.config.mjs`);
  writeFileSync(
    path,
    `import { defineLifecycle } from ${JSON.stringify(DOMAIN)};
     const statuses = { ${waiting}: { NoteAdded: 'seen' }, seen: { NoteAdded: 'seen' } };
     const papers = { initial: '${waiting}', statuses };
     const regions = { papers };
     export default { lifecycles: [
       defineLifecycle({ name: 'noted', version: ${version}, extends: 'retail', regions, ${more} }),
     ] };`,
  );
  return path;
};
const first = configFile('first', 1, 'none');
const next = configFile('next', 2, 'open');
const harmless = configFile('harmless', 2, 'none', `fields: { urgent: { type: 'flag' } }`);

const serving = async (config: string) => {
  const engine = started('serve', '--data', data, '--port', '0', '--config', config);
  while (!engine.said().includes('Orderloom serves')) await new Promise((resolve) => setTimeout(resolve, 20));
  return async () => {
    engine.child.kill('SIGTERM');
    await engine.ran;
  };
};
const place = async (): Promise<string> => {
  const { orderId } = await orderloomJson(
    'place',
    '--line',
    'TEA=2x450',
    '--lifecycle',
    'noted',
    '--data',
    data,
  );
  return String(orderId);
};
const move = (...more: readonly string[]) =>
  orderloom('lifecycle', 'migrate', 'noted@1', '--to', 'noted@2', '--actor', 'ann', ...more, '--data', data);

test('a changed lifecycle is held against the orders that are there, and they are moved to it', async () => {
  const stop = await serving(first);
  const orders = [await place(), await place()];
  const found = await orderloom('lifecycle', 'check', next, '--json', '--data', data);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.out)).toMatchObject({
    checks: [
      {
        ...{ lifecycle: 'noted@2', orders: 2 },
        findings: [
          { kind: 'vanished-status', what: 'papers.none', orders: 2, examples: [...orders].reverse() },
        ],
      },
    ],
  });
  expect(await orderloom('lifecycle', 'check', harmless, '--data', data)).toMatchObject({
    ...{ code: 0, out: 'noted@2: 2 orders, nothing is lost\n' },
  });
  await stop();

  const stopNext = await serving(next);
  expect(await move()).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^0 orders follow noted@2, 2 stay:/),
  });
  const moves = ['--move', 'papers.none=open'];
  expect(await move(...moves, '--dry-run')).toMatchObject({ code: 0 });
  expect(await move(...moves)).toMatchObject({ code: 0, out: '2 orders follow noted@2.\n' });
  expect(await move(...moves)).toMatchObject({ code: 0, out: '0 orders follow noted@2.\n' });
  expect(await orderloomJson('show', orders[0]!, '--data', data)).toMatchObject({
    ...{
      lifecycle: { name: 'noted', version: 2 },
      status: { papers: 'open' },
      deadlines: [{ name: 'payment' }],
    },
  });
  await stopNext();
  expect(await orderloom('verify', '--data', data)).toMatchObject({ code: 0 });
}, 400_000);

test('what is no lifecycle is said before anything is asked', async () => {
  const wrong = await orderloom('lifecycle', 'check', configFile('wrong', 0, 'none'), '--data', data);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('noted has version 0')]);
  const none = await orderloom(
    'lifecycle',
    'migrate',
    'noted',
    '--to',
    'noted@2',
    '--actor',
    'a',
    '--data',
    data,
  );
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('noted is no version of a lifecycle')]);
}, 100_000);
