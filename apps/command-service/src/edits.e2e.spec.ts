// Edits over HTTP and through the client: a receiver waits sealed, a commit that cannot be says where, and both roads show the
// same preview.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { ask, write, type Answer } from './example/ask.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const RECEIVER = { name: 'Planted Example', email: 'planted@example.org' };

let engine: EngineProcess;
let client: Client;
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
  client = await connect({ http: { url: engine.url } });
});
afterAll(async () => {
  await client.stop();
  await engine.stop();
});

const placed = async (buyerId: string): Promise<string> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 100 }];
  const result = await client.orders.place({ buyerId, currency: 'EUR', total: 200, lines });
  if (result.outcome !== 'accepted') throw new Error(result.outcome);
  return result.id;
};
const get = (path: string): Promise<Answer> => ask(engine.url, path);
const say = (edit: string, type: string, data: object): Promise<Answer> =>
  ask(engine.url, `/v1/edits/${edit}/commands`, write({ type, data, actor: 'ann' }));

test('a receiver waits sealed, is shown to nobody, and is the order’s when it is committed', async () => {
  const order = await placed('ann');
  const edit = `${order}.moves`;
  expect((await say(edit, 'BeginEdit', { orderVersion: 1 })).status).toBe(200);
  const staged = await say(edit, 'StageChange', { buyerId: 'ann', receiver: RECEIVER });
  expect(staged.status).toBe(200);
  const preview = await get(`/v1/edits/${edit}/preview`);
  expect(preview.body).toMatchObject({
    ...{ editId: edit, orderId: order, status: 'open', orderVersion: 1, movedOn: false, possible: true },
    changes: [{ changeId: 'change-1', type: 'EditReceiver', data: { buyerId: 'ann' }, outcome: 'accepted' }],
  });
  const position = String(staged.body['position']);
  const shown = await ask(engine.url, `/v1/edits/${edit}`, { headers: { 'min-position': position } });
  expect(shown.body['changes']).toEqual([
    { changeId: 'change-1', type: 'EditReceiver', data: { buyerId: 'ann' } },
  ]);
  const history = await get(`/v1/edits/${edit}/events`);
  for (const { text } of [staged, preview, shown, history]) expect(text).not.toContain('Planted');
  const done = await say(edit, 'CommitEdit', { orderVersion: 1 });
  expect([done.status, done.body['status']]).toEqual([200, { status: 'committed' }]);
  const minPosition = String(done.body['position']);
  const [last] = (await client.orders.history(order, { after: 1, minPosition })).events;
  expect(last).toMatchObject({ type: 'ReceiverEdited', data: { receiver: { subject: 'main/ann' } } });
  const trace = await ask(engine.url, `/v1/orders/${order}/trace`, {
    headers: { 'min-position': minPosition },
  });
  const traced = (trace.body['events'] as readonly { readonly stream: string }[]).map(({ stream }) => stream);
  expect(traced.filter((stream) => stream === `edit/${edit}`)).toHaveLength(3);
  const found = await client.orders.list({ q: RECEIVER.email }, { minPosition });
  expect(found.orders.map(({ orderId }) => orderId)).toEqual([order]);
});

test('a commit that cannot be names the change, and the client previews the same', async () => {
  const order = await placed('bob');
  const edit = `${order}.fewer`;
  await say(edit, 'BeginEdit', { orderVersion: 1 });
  for (const quantity of [1, 2])
    await say(edit, 'StageChange', { cancelOrder: { reason: 'fewer', lines: [{ lineId: '1', quantity }] } });
  const { body } = await get(`/v1/edits/${edit}/preview`);
  expect(await client.edits.preview(edit)).toEqual(body);
  expect(body).toMatchObject({
    possible: false,
    changes: [
      { outcome: 'accepted', rejection: null },
      { outcome: 'refused', rejection: { code: 'quantity-exceeded', pointer: '/lines/0/quantity' } },
    ],
    before: { money: { outstanding: 200 } },
    after: { money: { outstanding: 100 } },
  });
  const refused = await say(edit, 'CommitEdit', { orderVersion: 1 });
  expect([refused.status, refused.body['code']]).toEqual([422, 'quantity-exceeded']);
  expect(refused.body['errors']).toMatchObject([{ pointer: '/data/changes/1/data/lines/0/quantity' }]);
  const moved = await say(edit, 'CommitEdit', { orderVersion: 2 });
  expect([moved.status, moved.body]).toMatchObject([412, { code: 'version-conflict', currentVersion: 1 }]);
  expect((await client.orders.history(order)).events).toHaveLength(1);
});

test('there is no preview of what there is not', async () => {
  const order = await placed('cee');
  expect((await get(`/v1/edits/${order}.none/preview`)).body['code']).toBe('unknown-stream');
  expect(await client.edits.preview(`${order}.none`)).toBeUndefined();
  expect((await get(`/v1/edits/${order}.none/preview?deep=1`)).body['code']).toBe('invalid-query');
});
