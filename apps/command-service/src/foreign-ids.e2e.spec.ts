// An order by the name that another system has for it, in every call, from the moment in which its placement is answered.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { ask, write, type Answer } from './example/ask.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let engine: EngineProcess;
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
  await ask(engine.url, '/v1/tenants/acme/commands', write({ type: 'CreateTenant', data: {} }));
});
afterAll(() => engine.stop());

const LINES = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1000 }];
let buyers = 0;
const place = (externalId: string, tenant = 'main'): Promise<Answer> => {
  const order = { buyerId: `b-${++buyers}`, currency: 'EUR', lines: LINES, total: 2000, externalId };
  return ask(engine.url, '/v1/orders', write(order, { tenant }));
};
const get = (path: string, position?: unknown, tenant = 'main'): Promise<Answer> =>
  ask(engine.url, path, {
    headers: { tenant, ...(position !== undefined && { 'min-position': position as string }) },
  });
const cancel = { type: 'CancelOrder', data: { reason: 'changed my mind' } };

describe('an order with a foreign id', () => {
  test('is meant by it in every call', async () => {
    const { body } = await place('shop:1001');
    const order = '/v1/orders/ext:shop:1001';
    const payment = { paymentId: 'p-1', amount: 2000, currency: 'EUR', provider: 'bank' };
    const paid = await ask(
      engine.url,
      `${order}/commands`,
      write({ type: 'ConfirmPayment', data: payment }, { 'if-match': '"1"' }),
    );
    expect(paid.body).toMatchObject({ result: 'accepted', orderId: body['orderId'], version: 2 });
    const { position } = paid.body;
    expect((await get(order, position)).body).toMatchObject({
      ...{ orderId: body['orderId'], externalId: 'shop:1001', aliasRefused: null, version: 2 },
    });
    expect((await get(`${order}?asOfVersion=1`)).body).toMatchObject({ version: 1 });
    expect((await get(`${order}/events`)).body['events']).toHaveLength(2);
    expect((await get(`${order}/explain`)).body).toMatchObject({ orderId: body['orderId'], version: 2 });
    const batch = await ask(
      engine.url,
      '/v1/commands:batch',
      write({
        commands: ['shop:1001', 'shop:nobody'].map((id, at) => ({
          ...{ stream: { type: 'order', key: `ext:${id}` }, ...cancel, idempotencyKey: `cancel-${at}` },
        })),
      }),
    );
    expect(batch.body['results']).toMatchObject([
      { status: 200, body: { orderId: body['orderId'] } },
      { status: 404, body: { code: 'unknown-stream' } },
    ]);
    expect((await get('/v1/aliases/shop:1001')).body).toMatchObject({
      ...{ externalId: 'shop:1001', orderId: body['orderId'] },
    });
  });

  test('keeps it from any other, which is told', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => place('shop:2002')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const owner = (await get('/v1/orders/ext:shop:2002/explain')).body['orderId'];
    const claims = await Promise.all(
      answers.map(async ({ body: { orderId, position } }) => {
        const { body } = await get(`/v1/orders/${String(orderId)}`, position);
        return { orderId, refused: body['aliasRefused'] };
      }),
    );
    expect(claims.filter(({ refused }) => refused === null)).toEqual([{ orderId: owner, refused: null }]);
    const [other] = claims.filter(({ orderId }) => orderId !== owner);
    const history = await get(`/v1/orders/${String(other?.orderId)}/events`);
    expect((history.body['events'] as { type: string }[]).map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'AliasRefused',
    ]);
  });

  test('is not found by one that nobody has, nor by another tenant', async () => {
    await place('shop:3003');
    for (const [path, tenant] of [
      ['/v1/orders/ext:shop:none', 'main'],
      ['/v1/orders/ext:', 'main'],
      ['/v1/orders/ext:shop:3003', 'acme'],
    ] as const) {
      expect((await get(path, undefined, tenant)).body).toMatchObject({
        ...{ status: 404, code: 'unknown-stream' },
      });
      const said = await ask(engine.url, `${path}/commands`, write(cancel, { tenant }));
      expect(said.body).toMatchObject({ status: 404, code: 'unknown-stream' });
    }
    const theirs = await place('shop:3003', 'acme');
    const { body } = await get('/v1/orders/ext:shop:3003/explain', undefined, 'acme');
    expect(body['orderId']).toBe(theirs.body['orderId']);
  });
});
