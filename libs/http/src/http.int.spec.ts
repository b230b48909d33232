// The HTTP surface over a real engine in memory: what an honest caller sees.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { notAvailable } from '@orderloom/engine';
import { ask, type Answer, serveSmallShop, type SmallShop, writing } from './example/serve-small-shop.ts';

let shop: SmallShop;
beforeAll(async () => {
  shop = await serveSmallShop();
});
afterAll(() => shop.close());

let keys = 0;
const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(shop.url, path, { body, headers: writing(`key-${++keys}`, headers) });
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(shop.url, path, { headers });
const placed = async (buyerId: string): Promise<Answer> => post('/v1/orders', { buyerId, total: 100 });
const pay = (amount: number) => ({ type: 'ConfirmPayment', data: { amount } });

describe('a write', () => {
  test('that places an order answers 201 with its address, version, status and position', async () => {
    const answer = await placed('ada');
    const { orderId, position } = answer.body;
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      result: 'accepted',
      orderId,
      version: 1,
      status: { payment: 'due' },
      position,
    });
    expect(answer.headers).toMatchObject({
      location: `/v1/orders/${String(orderId)}`,
      etag: '"1"',
      position: String(position),
      'idempotency-window': '2592000',
    });
  });

  test('repeated with its key has one effect and the first answer', async () => {
    const headers = writing('twice');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        ask(shop.url, '/v1/orders', { body: { buyerId: 'twice', total: 5 }, headers }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body['orderId'])).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(
      answers.filter(({ status, body }) => status === 200 && body['result'] === 'duplicate'),
    ).toHaveLength(49);
    expect(
      new Set(answers.map(({ headers: { etag, location } }) => `${String(etag)} ${String(location)}`)).size,
    ).toBe(1);
  });

  test('with the version it decided upon is taken, with another one answered 412', async () => {
    const { body } = await placed('versions');
    const path = `/v1/orders/${String(body['orderId'])}/commands`;
    const stale = await post(path, pay(100), { 'if-match': '"9"' });
    expect([stale.status, stale.body['code']]).toEqual([412, 'version-conflict']);
    const byBody = await post(path, { ...pay(100), expectedVersion: 9 });
    expect(byBody.status).toBe(412);
    for (const { headers, body: problem } of [stale, byBody])
      expect([headers['etag'], problem['currentVersion']]).toEqual(['"1"', 1]);
    const taken = await post(path, pay(100), { 'if-match': '"1"' });
    expect([taken.status, taken.headers['etag']]).toEqual([200, '"2"']);
  });

  test('that is decided upon a section must name it, and is taken whatever happens beside it', async () => {
    const { body } = await placed('sections');
    const path = `/v1/orders/${String(body['orderId'])}/commands`;
    const note = { type: 'AddNote', data: { text: 'rings twice' }, actor: 'ann' };
    for (const headers of [{}, { 'if-match': '*' }]) {
      const blind = await post(path, note, headers);
      expect([blind.status, blind.body['code']]).toEqual([428, 'precondition-required']);
      expect(blind.body['detail']).toMatch(/section note/);
    }
    await post(path, pay(100));
    const taken = await post(path, note, { 'if-match': '"note:1"' });
    expect([taken.status, taken.headers['etag']]).toEqual([200, '"3"']);
    const stale = await post(path, note, { 'if-match': '"note:1"' });
    expect(stale.body).toMatchObject({ status: 412, currentVersion: 3, currentSections: { note: 3 } });
    const { body: explained } = await get(path.replace('/commands', '/explain'));
    expect(explained).toMatchObject({ version: 3, sections: { note: 3 } });
  });

  test('with a section that there is not is told so, and one without its actor', async () => {
    const { body } = await placed('no-sections');
    const path = `/v1/orders/${String(body['orderId'])}/commands`;
    const unknown = await post(path, pay(100), { 'if-match': '"weather:1"' });
    expect([unknown.status, unknown.body['code']]).toEqual([400, 'unknown-section']);
    const note = { type: 'AddNote', data: { text: 'rings twice' } };
    const unsigned = await post(path, note, { 'if-match': '"note:1"' });
    expect([unsigned.status, unsigned.body['code']]).toEqual([422, 'actor-required']);
  });

  test('with If-Match * needs something to be there', async () => {
    const command = { type: 'ReceiveStock', data: { quantity: 1 } };
    const first = await post('/v1/stock/SKU-1@main/commands', command, { 'if-match': '*' });
    expect([first.status, first.headers['etag'], 'currentVersion' in first.body]).toEqual([
      ...[412, undefined, false],
    ]);
    expect((await post('/v1/stock/SKU-1@main/commands', command)).body).toMatchObject({
      key: 'SKU-1@main',
      version: 1,
    });
    expect((await post('/v1/stock/SKU-1%40main/commands', command, { 'if-match': '*' })).status).toBe(200);
  });

  test('refused for the moment answers 409 with the status and what is allowed', async () => {
    const { body } = await placed('closed');
    const path = `/v1/orders/${String(body['orderId'])}/commands`;
    await post(path, { type: 'CancelOrder', data: { reason: 'changed' } });
    const refused = await post(path, pay(100), { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    expect(refused.status).toBe(409);
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(refused.body).toEqual({
      type: '/problems/order-closed',
      title: 'The order is closed',
      status: 409,
      detail: 'the payment is void',
      instance: path,
      code: 'order-closed',
      currentStatus: { payment: 'void' },
      allowedCommands: [],
      mayRefuse: [],
      traceId: 'a'.repeat(32),
    });
  });

  test('refused for its content answers 422 and points at the member of the body', async () => {
    const { body } = await placed('content');
    const refused = await post(`/v1/orders/${String(body['orderId'])}/commands`, pay(1));
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'wrong-amount', errors: [{ pointer: '/data/amount' }] });
  });

  test('carries its envelope into the event', async () => {
    const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
    const said = {
      occurredAt: '2026-01-31T12:00:00Z',
      actor: 'till-7',
      channel: 'shop',
      correlation: 'visit-1',
    };
    const { body } = await post('/v1/orders', { buyerId: 'env', total: 1, ...said }, { traceparent });
    const stream = { tenant: 'main', type: 'order', key: String(body['orderId']) };
    await shop.engine.settled();
    expect((await shop.engine.history(stream, 0, 1))[0]).toMatchObject({
      ...said,
      occurredAt: Date.UTC(2026, 0, 31, 12),
      traceparent,
      data: { buyerId: 'env', total: 1 },
    });
  });
});

describe('a read', () => {
  test('waits for the position that a write answered', async () => {
    const { body, headers } = await placed('reader');
    const path = `/v1/orders/${String(body['orderId'])}`;
    const read = await get(path, { 'min-position': String(headers['position']), prefer: 'wait=2' });
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({ orderId: body['orderId'], version: 1, payment: 'due' });
    expect(read.headers).toMatchObject({
      etag: '"1"',
      'preference-applied': 'wait=2',
      'lag-ms': expect.any(String),
    });
    expect(read.headers['as-of-position']).toMatch(/^\d+$/);
    expect((await get(path, { 'if-none-match': '"1"' })).status).toBe(304);
  });

  test('of a position that is not reached answers 503 and when to ask again', async () => {
    const read = await get('/v1/orders', { 'min-position': '5:999999', prefer: 'wait=0' });
    expect([read.status, read.body['code'], read.headers['retry-after']]).toEqual([
      503,
      'position-not-reached',
      '1',
    ]);
  });

  test('of the history goes on where it stopped', async () => {
    const { body } = await placed('history');
    const path = `/v1/orders/${String(body['orderId'])}`;
    const { headers } = await post(`${path}/commands`, pay(100));
    const wait = { 'min-position': String(headers['position']) };
    const first = await get(`${path}/events?limit=1`, wait);
    expect(first.body).toMatchObject({ events: [{ version: 1, type: 'OrderPlaced' }], next: 1 });
    const second = await get(`${path}/events?after=1`, wait);
    expect(second.body).toMatchObject({ events: [{ version: 2, type: 'PaymentConfirmed' }], next: null });
  });

  test('explains status, legal commands, the next deadline and the reasons', async () => {
    const { body } = await placed('explained');
    await shop.engine.settled();
    const { body: explained } = await get(`/v1/orders/${String(body['orderId'])}/explain`);
    expect(explained).toMatchObject({
      orderId: body['orderId'],
      status: { payment: 'due' },
      allowedCommands: ['ConfirmPayment', 'CancelOrder'],
      mayRefuse: ['ConfirmPayment'],
      nextDeadline: { name: 'payment', due: expect.stringMatching(/Z$/) },
      because: [{ version: 1, type: 'OrderPlaced' }],
    });
  });

  test('of a list gives each order once over its pages', async () => {
    for (let i = 0; i < 5; i++) await placed('lister');
    await shop.engine.settled();
    const seen: unknown[] = [];
    let next = '';
    do {
      const { body } = await get(`/v1/orders?buyer=lister&limit=2${next && `&cursor=${next}`}`);
      seen.push(...(body['orders'] as { orderId: string }[]).map(({ orderId }) => orderId));
      next = typeof body['next'] === 'string' ? body['next'] : '';
    } while (next !== '');
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  describe('of orders by their words', () => {
    const found = async (query: string) => {
      const { status, body } = await get(`/v1/orders?${query}`);
      const orders = (body['orders'] ?? []) as { readonly buyerId: string }[];
      return { status, body, buyers: orders.map(({ buyerId }) => buyerId).sort() };
    };
    beforeAll(async () => {
      for (const buyer of ['finder 1', 'finder 10', 'finder 11', 'finders keep']) await placed(buyer);
      await shop.engine.settled();
    });

    test('gives those that have the words, and only where there are none those that begin so', async () => {
      expect((await found('q=finder')).buyers).toEqual(['finder 1', 'finder 10', 'finder 11']);
      expect((await found('q=FINDER+1')).buyers).toEqual(['finder 1']);
      expect((await found('q=find')).buyers).toHaveLength(4);
      expect((await found('q=find&status=payment.paid')).buyers).toEqual([]);
    });

    test('goes on with beginnings where the first page began with them', async () => {
      const first = await found('q=find&limit=3');
      const second = await found(`q=find&limit=3&cursor=${String(first.body['next'])}`);
      expect([...first.buyers, ...second.buyers].sort()).toEqual([
        ...['finder 1', 'finder 10', 'finder 11', 'finders keep'],
      ]);
      expect(second.body['next']).toBeNull();
    });

    test('counts them', async () => {
      const { body } = await found('q=finder&facets=status&limit=1');
      expect(body).toMatchObject({ total: 3, facets: { status: { 'payment.due': 3 } } });
      expect((await found('q=nobody&facets=status')).body).toMatchObject({ total: 0, facets: {} });
      expect((await found('q=finder')).body).not.toHaveProperty('facets');
    });

    test('takes its cursors for the same tenant, words and filters only', async () => {
      const { body } = await found('q=finder&limit=1');
      const cursor = `cursor=${String(body['next'])}`;
      expect((await found(`q=finder&limit=2&${cursor}`)).status).toBe(200);
      for (const other of [
        '',
        'q=finders&',
        'q=finder&status=payment.due&',
        'q=finder&from=2020-01-01T00:00:00Z&',
      ])
        expect((await found(`${other}${cursor}`)).body['code']).toBe('invalid-cursor');
      await post('/v1/tenants/searcher/commands', { type: 'CreateTenant', data: {} });
      const stranger = await get(`/v1/orders?q=finder&${cursor}`, { tenant: 'searcher' });
      expect(stranger.body['code']).toBe('invalid-cursor');
    });
  });

  test('of deadlines, lifecycles and parked work answers JSON', async () => {
    expect((await get('/v1/deadlines?limit=1')).body['deadlines']).toHaveLength(1);
    expect((await get('/v1/lifecycles/small')).body).toHaveProperty('commands.ConfirmPayment');
    expect((await get('/v1/parked')).body).toEqual({
      ...{ consumers: [], reactions: [], events: [], deadLetters: [] },
    });
  });
});

describe('a command', () => {
  test('whose answer was lost can be asked about, in its tenant, with every stream that its key was used for', async () => {
    const order = await ask(shop.url, '/v1/orders', {
      body: { buyerId: 'lost', total: 100 },
      headers: writing('lost answer'),
    });
    const { orderId } = order.body;
    await post(`/v1/orders/${String(orderId)}/commands`, pay(100));
    const asked = await get('/v1/commands/lost%20answer');
    expect(asked.body).toEqual({
      results: [{ result: 'accepted', orderId, version: 1, status: { payment: 'paid' }, position: null }],
    });
    const stock = { type: 'ReceiveStock', data: { quantity: 1 } };
    await ask(shop.url, '/v1/stock/LOST@main/commands', { body: stock, headers: writing('lost answer') });
    expect((await get('/v1/commands/lost%20answer')).body['results']).toHaveLength(2);
    await post('/v1/tenants/elsewhere/commands', { type: 'CreateTenant', data: {} });
    expect((await get('/v1/commands/lost%20answer', { tenant: 'elsewhere' })).status).toBe(404);
  });

  test('that another process may have decided is found in the views, where it is said to have gone', async () => {
    const { engine } = shop;
    const elsewhere = () => {
      throw notAvailable('elsewhere');
    };
    const edge = await serveSmallShop({ engine: { ...engine, remembered: elsewhere, explain: elsewhere } });
    const order = await ask(shop.url, '/v1/orders', {
      body: { buyerId: 'far', total: 100 },
      headers: writing('far cart'),
    });
    const { orderId } = order.body;
    await ask(shop.url, `/v1/orders/${String(orderId)}/commands`, {
      body: pay(100),
      headers: writing('far pay'),
    });
    await engine.settled();
    const about = (id: string, query = '') => ask(edge.url, `/v1/commands/${id}${query}`);
    const [made, paid] = [
      await about('far%20cart', '?buyer=far'),
      await about('far%20pay', `?stream=order/${String(orderId)}`),
    ];
    expect(made.body['results']).toMatchObject([{ result: 'accepted', orderId, version: 1 }]);
    expect(paid.body['results']).toMatchObject([{ result: 'accepted', orderId, version: 2 }]);
    expect((await about('far%20pay', '?buyer=far')).status).toBe(404);
    expect((await about('nobody', `?stream=order/${String(orderId)}`)).status).toBe(404);
    expect((await about('far%20pay')).status).toBe(501);
    expect((await about('far%20pay', '?stream=wish/1')).status).toBe(400);
    expect((await about('far%20pay', `?stream=order/${String(orderId)}&buyer=far`)).status).toBe(400);
    await edge.close();
  });

  test('that was refused is not remembered', async () => {
    const { body } = await placed('refused');
    const path = `/v1/orders/${String(body['orderId'])}/commands`;
    await ask(shop.url, path, { body: pay(1), headers: writing('refused-1') });
    expect((await get('/v1/commands/refused-1')).status).toBe(404);
  });
});

describe('a tenant', () => {
  test('sees nothing of another one', async () => {
    const { body } = await placed('mine');
    const path = `/v1/orders/${String(body['orderId'])}`;
    await post('/v1/tenants/other/commands', { type: 'CreateTenant', data: {} });
    await shop.engine.settled();
    const other = { tenant: 'other' };
    const answers = await Promise.all([
      get(path, other),
      get(`${path}/events`, other),
      get(`${path}/explain`, other),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await post(`${path}/commands`, pay(100), other)).status).toBe(404);
    expect((await get('/v1/orders', other)).body).toEqual({ orders: [], next: null });
    expect((await get('/v1/deadlines', other)).body).toEqual({ deadlines: [] });
    expect((await get('/v1/tenants/main/explain', other)).status).toBe(404);
  });
});

describe('operations', () => {
  test('answer health, readiness, metrics with bounded labels, and OpenAPI 3.1', async () => {
    expect((await get('/healthz')).body).toMatchObject({ status: 'ok', profile: 'memory' });
    expect((await get('/readyz')).body).toMatchObject({ status: 'ready' });
    const { text } = await get('/metrics');
    expect(text).toMatch(/orderloom_commands_total\{outcome="accepted"\} [1-9]/);
    expect(text).toMatch(/route="\/v1\/:collection\/:key"/);
    const { body } = await get('/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0', components: { schemas: { 'order.PlaceOrder': {} } } });
  });

  test('serve a page that may load nothing but itself, and a page for each problem', async () => {
    const page = await get('/');
    expect(page.text).toContain('<title>Orderloom</title>');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'/);
    for (const file of ['/ui.js', '/work.js', '/ui.css']) expect((await get(file)).status).toBe(200);
    expect((await get('/problems/version-conflict')).text).toContain('changed since it was read');
    expect((await get('/problems/order-closed')).text).toContain('The order is closed');
    expect((await get('/problems/nothing')).status).toBe(404);
  });

  test('close after the requests under way are answered', async () => {
    const own = await serveSmallShop();
    const answers = Array.from({ length: 20 }, (_, i) =>
      ask(own.url, '/v1/orders', { body: { buyerId: `b-${i}`, total: 1 }, headers: writing(`c-${i}`) }),
    );
    const first = await answers[0];
    await own.server.close();
    const statuses = await Promise.all(
      answers.map((answer) =>
        answer.then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    expect(first?.status).toBe(201);
    expect(statuses.every((status) => [201, 503, 0].includes(status))).toBe(true);
    await own.engine.stop();
  });

  test('refuse to listen where others could reach them', async () => {
    const own = await serveSmallShop();
    await expect(own.server.listen(0, '0.0.0.0')).rejects.toThrow(/no authentication/);
    await own.close();
  });
});
