// A lifecycle out of a configuration file: orders follow it; one that is wrong keeps the engine from
// starting, and the engine says why.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, jest, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';

jest.setTimeout(180_000);
const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const DOMAIN = pathToFileURL(join(import.meta.dirname, '../../../libs/domain/dist/index.js')).href;
const folder = mkdtempSync(join(tmpdir(), 'orderloom-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A configuration file with one lifecycle, in TypeScript: `retail` with more said about it. */
const configFile = (name: string, more: string): string => {
  const path = join(folder, `${name}.config.ts`);
  writeFileSync(
    path,
    `import { defineLifecycle } from ${JSON.stringify(DOMAIN)};
     const name: string = 'noted';
     export default { lifecycles: [defineLifecycle({ name, version: 1, extends: 'retail', ${more} })] };`,
  );
  return path;
};

/** Nothing leaves before somebody has noted something. */
const NOTED = `
  regions: { papers: { initial: 'none', statuses: { none: { NoteAdded: 'some' }, some: { NoteAdded: 'some' } } } },
  requires: [{ symbols: ['LinesPicked', 'LinesShipped', 'LinesShipped:last'], when: { papers: ['some'] } }],
  fields: { costCentre: { type: 'text', maxLength: 8 }, urgent: { type: 'flag' } },`;

let keys = 0;
const post = async (
  { url }: EngineProcess,
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `"k-${++keys}"` };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
};
const said = (engine: EngineProcess, order: unknown, type: string, data: object) =>
  post(engine, `/v1/orders/${String(order)}/commands`, { type, data });

const SHIP = { parcelId: 'P-1', lines: [{ lineId: '1', quantity: 1 }] };

test('an order follows a lifecycle of the configuration file', async () => {
  const engine = await engineProcess(PROGRAM, { ORDERLOOM_CONFIG: configFile('good', NOTED) });
  const { orderId } = await post(engine, '/v1/orders', {
    ...{ buyerId: 'b-1', currency: 'EUR', total: 500, lifecycle: 'noted', fields: { costCentre: 'CC 1' } },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 500 }],
  });
  await said(engine, orderId, 'ConfirmPayment', {
    ...{ paymentId: 'p-1', provider: 'bank', amount: 500, currency: 'EUR' },
  });
  expect(await said(engine, orderId, 'ShipLines', SHIP)).toMatchObject({
    ...{ status: 409, code: 'not-allowed-now' },
  });
  await said(engine, orderId, 'AddNote', { text: 'customs papers are in' });
  const shipped = await said(engine, orderId, 'ShipLines', SHIP);
  expect(shipped).toMatchObject({ version: 4 });
  const headers = { 'min-position': String(shipped['position']), prefer: 'wait=30' };
  const ask = async (path: string): Promise<unknown> => (await fetch(engine.url + path, { headers })).json();
  const shown = { orderId, fields: { costCentre: 'CC 1' } };
  expect(await ask(`/v1/orders/${String(orderId)}`)).toMatchObject(shown);
  expect(await ask('/v1/orders?field.costCentre=CC+1')).toMatchObject({ orders: [{ orderId }] });
  expect(await ask('/v1/orders?field.costCentre=CC+1&field.urgent=true')).toMatchObject({ orders: [] });
  expect(await ask('/v1/orders?field.Cost=1')).toMatchObject({ code: 'invalid-query' });
  expect(await ask('/v1/lifecycles/noted')).toMatchObject({
    ...{ statuses: { papers: ['none', 'some'] }, fields: { urgent: { type: 'flag' } } },
  });
  await engine.stop();
});

test.each([
  [
    'names what does not exist',
    `requires: [{ symbols: ['LinesShipped'], when: { papers: ['some'] } }]`,
    'papers',
  ],
  ['is not TypeScript', '}', 'does not run'],
])('an engine whose file %s does not start', (_what, more, why) => {
  const env = {
    ...process.env,
    ORDERLOOM_DATA: join(folder, 'unused'),
    ORDERLOOM_CONFIG: configFile('bad', more),
  };
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--port', '0'], { env, encoding: 'utf8' });
  expect(stderr).toContain(why);
  expect(status).toBe(78);
});
