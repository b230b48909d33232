// Invariant: what a person says of themselves is in no file but sealed, in no log line, in no problem and in no metric.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExchangeNotedData, OrderPlacedData, Sealed } from '@orderloom/domain';
import { keyOf as secretOf, signedHeaders } from '@orderloom/effects';
import type { KeyStore } from '@orderloom/engine';
import { openKeyStore } from '@orderloom/sqlite';
import { powerCut, powerCutObstacle, type PowerCut } from '@orderloom/testing';
import { openExchange, openReceiver } from '@orderloom/wire';
import { anOrder } from './an-order.ts';
import { startApp, type App } from './app.ts';
import { ask, write, type Answer, type Question } from './ask.ts';
import { people, tracesIn, tracesInFolder, type Person } from './planted.ts';
import { readEvents } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';

type Asked = { readonly path: string; readonly question: Question };

const receiverOf = (person: Person) => ({ ...person, country: 'DE' });
const placement = (person: Person, more: object = {}) => ({
  ...anOrder(`buyer-${String(people.indexOf(person))}`, { receiver: receiverOf(person) }),
  ...more,
});
const keyOf = (name: string, person: Person): string => `${name}-${String(people.indexOf(person))}`;
const posting = (path: string, body: Question['body'] & {}, headers: Record<string, string> = {}): Asked => ({
  path,
  question: { body, headers: { 'idempotency-key': `"bad-${String(++asked)}"`, ...headers } },
});
const getting = (path: string, headers: Record<string, string> = {}): Asked => ({
  path,
  question: { headers },
});
let asked = 0;

/** Everything that can be wrong with what one person sends. */
const refused = (person: Person, orderId: string): readonly Asked[] => {
  const { name, phone, email, line1 } = person;
  const good = JSON.stringify(placement(person));
  const place = (more: object): Asked => posting('/v1/orders', placement(person, more));
  const command = (type: string, data: unknown): Asked =>
    posting(`/v1/orders/${orderId}/commands`, { type, data });
  const raw = (body: string | Uint8Array, headers = {}): Asked => posting('/v1/orders', body, headers);
  return [
    ...[
      place({ currency: 'ABC' }),
      place({ total: 1 }),
      place({ lines: [] }),
      place({ lifecycle: 'none-such' }),
    ],
    ...[place({ [name]: 1 }), place({ [email]: { [phone]: line1 } }), place({ receiver: name })],
    place({ receiver: { ...receiverOf(person), [name]: phone } }),
    place({ receiver: { ...receiverOf(person), name: { first: name } } }),
    place({ receiver: { ...receiverOf(person), phone: [phone] } }),
    place({ receiver: { ...receiverOf(person), email: `${email}\u0000` } }),
    place({ receiver: { ...receiverOf(person), line1: `${line1}\n` } }),
    place({ receiver: { ...receiverOf(person), line1: line1.repeat(40) } }),
    place({ receiver: { ...receiverOf(person), country: name } }),
    place({ receiver: { ...receiverOf(person), line2: `${name} 4111 1111 1111 1111` } }),
    ...[place({ currency: name }), place({ lifecycle: name }), place({ buyerId: `${name}\u0007` })],
    ...[place({ occurredAt: name }), place({ actor: `${name}\u00e9` }), place({ correlation: `${phone}\n` })],
    place({ lines: [{ lineId: name, sku: phone, quantity: email, unitPrice: line1 }] }),
    ...[
      raw(good.slice(0, -20)),
      raw(`${good}${good}`),
      raw(`[${good}]`),
      raw(`\ufeff${good}`),
      raw(`"${name}"`),
    ],
    raw(good.replace('{', `{"__proto__": {"a": "${name}"}, `)),
    raw(Buffer.from(good.replaceAll('Quorvath', 'Quorvath\u00fc'), 'latin1')),
    ...[raw(good, { 'content-type': 'text/plain' }), raw(`${good}${' '.repeat(1_100_000)}`)],
    raw(good, { 'idempotency-key': `"${email}\u0001`.replace('\u0001', '"x') }),
    ...[
      raw(good, { tenant: email }),
      raw(good, { 'if-match': line1 }),
      raw(good, { origin: `http://${email}` }),
    ],
    ...[command('ConfirmPayment', placement(person)), command(name, {}), command('CancelOrder', name)],
    command('ConfirmPayment', { paymentId: phone, amount: 1, currency: 'EUR', provider: line1 }),
    command('ShipLines', { parcelId: 'p', lines: [{ lineId: 'none', quantity: 1, [email]: line1 }] }),
    posting(`/v1/orders/${orderId}/commands`, { type: 'CancelOrder', data: { reason: 'x' }, [name]: phone }),
    ...[
      command('EditReceiver', { receiver: receiverOf(person) }),
      command('EditReceiver', { receiver: name }),
    ],
    ...[`write to ${email}`, `call ${phone}`].flatMap((text) => [
      command('AddNote', { text }),
      command('HoldOrder', { reason: text }),
    ]),
    posting(
      `/v1/orders/${orderId}/commands`,
      { type: 'EditReceiver', data: { buyerId: 'buyer-of-another', receiver: receiverOf(person) } },
      { 'if-match': '"receiver:1"' },
    ),
    command('OverrideStatus', { region: 'payment', status: 'void', reason: line1 }),
    ...[
      getting(`/v1/orders?q=${encodeURIComponent(name)}`),
      getting(`/v1/orders?${encodeURIComponent(email)}=1`),
    ],
    ...[
      getting(`/v1/orders?cursor=${encodeURIComponent(phone)}`),
      getting('/v1/orders', { 'min-position': phone }),
    ],
  ];
};

const SECRET = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;

/** The app knows a provider that calls back, and whom it asks nothing. */
const providersFile = (): string => {
  const file = join(aFolder(), 'providers.json');
  const bank = { url: 'http://127.0.0.1:9', token: 'of-nobody', callbackSecret: SECRET };
  writeFileSync(file, JSON.stringify({ bank }), { mode: 0o600 });
  return file;
};

/** What a provider says that tells more than it has to. */
const toldOf = (person: Person, orderId: string): string => {
  const paid = { reference: orderId, paymentId: 'p-1', status: 'paid', amount: 1, currency: 'EUR' };
  return JSON.stringify({ ...paid, payer: person, card: `4111 1111 1111 1111 of ${person.name}` });
};

const pageOf = (app: App, path: string): Promise<Answer> => ask(app.url, path);
const PAGES = ['/metrics', '/healthz', '/readyz', '/v1/parked', '/v1/deadlines', '/v1/orders?limit=200'];

describe('twenty people and all that they send', () => {
  let folder: string;
  let cut: PowerCut | undefined;
  const said: string[] = [];
  const outputs: string[] = [];
  const statuses = new Set<number>();
  const placed = new Map<Person, string>();
  const hear = (where: string, { status, text, headers }: Answer): void => {
    statuses.add(status);
    said.push(...tracesIn(`${where} (${String(status)})`, text + JSON.stringify(headers)));
  };

  beforeAll(async () => {
    folder = aFolder();
    if (powerCutObstacle() === undefined) cut = powerCut(folder);
    const app = await startApp(folder, { ...cut?.env, ORDERLOOM_PROVIDERS_FILE: providersFile() });
    await register(app);
    for (const person of people) await placeOne(app, person);
    for (const person of people) await sendAll(app, person);
    for (const person of people) await editOne(app, person);
    for (const person of people) await callBack(app, person);
    await onAFullDisk(app);
    await lookAround(app);
    await app.kill();
    outputs.push(app.output());
  }, 120_000);
  afterAll(async () => {
    cut?.remove();
    await cleanUp();
  });

  const placeOne = async (app: App, person: Person): Promise<void> => {
    const answer = await write(app.url, '/v1/orders', keyOf('place', person), placement(person));
    hear('place', answer);
    placed.set(person, String(answer.body['orderId']));
    for (const more of [{}, { receiver: receiverOf({ ...person, name: `${person.name} II` }) }])
      hear('again', await write(app.url, '/v1/orders', keyOf('place', person), placement(person, more)));
  };
  const moved = (person: Person): Person => ({ ...person, line1: `${person.line1} B` });
  const editOne = async (app: App, person: Person): Promise<void> => {
    const data = { buyerId: `buyer-${String(people.indexOf(person))}`, receiver: receiverOf(moved(person)) };
    const headers = { 'idempotency-key': `"${keyOf('edit', person)}"`, 'if-match': '"receiver:1"' };
    const path = `/v1/orders/${placed.get(person) ?? ''}/commands`;
    const answer = await ask(app.url, path, { body: { type: 'EditReceiver', data }, headers });
    hear('edit', answer);
    expect(answer.status).toBe(200);
  };
  const register = async (app: App): Promise<void> => {
    const data = { name: 'bank', silenceMs: 86_400_000, pausesMs: [86_400_000], refunds: false, legs: false };
    const registered = { type: 'RegisterPaymentProvider', data };
    const answer = await write(app.url, '/v1/tenants/main/commands', 'register', registered);
    expect(answer.status).toBe(200);
  };
  const callBack = async (app: App, person: Person): Promise<void> => {
    const body = toldOf(person, placed.get(person) ?? '');
    const signed = signedHeaders(secretOf(SECRET)!, { id: keyOf('called', person), at: Date.now(), body });
    const headers = { ...signed, 'content-type': 'application/json' };
    const answer = await ask(app.url, '/v1/callbacks/bank', { body, headers });
    hear('callback', answer);
    expect(answer.body['result']).toBe('told');
  };
  const sendAll = async (app: App, person: Person): Promise<void> => {
    for (const { path, question } of refused(person, placed.get(person) ?? '')) {
      const answer = await ask(app.url, path, question);
      hear(`${path.slice(0, 10)} ${String(answer.body['code'])}`, answer);
    }
  };
  const onAFullDisk = async (app: App): Promise<void> => {
    cut?.fail('write', '');
    if (cut !== undefined)
      for (const person of people)
        hear('full disk', await write(app.url, '/v1/orders', keyOf('full', person), placement(person)));
    cut?.fail('write', null);
  };
  const lookAround = async (app: App): Promise<void> => {
    for (const path of PAGES) hear(path, await pageOf(app, path));
    for (const orderId of placed.values())
      for (const path of ['', '/events', '/explain', '/trace'].map((end) => `/v1/orders/${orderId}${end}`))
        hear(path, await pageOf(app, path));
    for (const orderId of placed.values())
      hear('journal', await pageOf(app, `/v1/journals/${orderId}/events`));
  };

  test('met every kind of answer', () => {
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 201, 400, 403, 413, 415, 422, 428]));
    if (cut !== undefined) expect(statuses).toContain(503);
    expect(statuses).not.toContain(500);
    expect(placed.size).toBe(people.length);
  });

  test('are in no answer, no problem and no metric', () => {
    expect(said).toEqual([]);
  });

  test('are in no file that a killed engine leaves, and in no file of one that was stopped', async () => {
    expect(tracesInFolder(folder)).toEqual([]);
    const app = await startApp(folder);
    await lookAround(app);
    expect(await app.stop()).toBe(0);
    outputs.push(app.output());
    expect(readdirSync(folder)).toContain('snapshot.bin');
    expect(tracesInFolder(folder)).toEqual([]);
  }, 60_000);

  test('are in nothing that the engine printed', () => {
    expect(outputs).toHaveLength(2);
    expect(outputs.flatMap((output) => tracesIn('output', output))).toEqual([]);
  });

  test('can be read with the key store, until their keys are erased', () => {
    const sealed = receiversIn(folder, 'OrderPlaced');
    const edited = receiversIn(folder, 'ReceiverEdited');
    const keyStore = openKeyStore(folder);
    for (const [person, orderId] of placed) {
      expect(openReceiver(keyStore, sealed.get(orderId)!)).toMatchObject(receiverOf(person));
      expect(openReceiver(keyStore, edited.get(orderId)!)).toMatchObject(receiverOf(moved(person)));
      expect(saidOf(folder, keyStore, orderId)).toEqual([
        toldOf(person, orderId).replace('4111 1111 1111 1111', '[masked]'),
      ]);
    }
    for (const orderId of placed.values()) expect(keyStore.erase(sealed.get(orderId)!.subject)).toBe(true);
    for (const one of [...sealed.values(), ...edited.values()])
      expect(openReceiver(keyStore, one)).toBeUndefined();
    for (const orderId of placed.values()) expect(saidOf(folder, keyStore, orderId)).toEqual([undefined]);
    keyStore.close();
    const reopened = openKeyStore(folder);
    for (const one of sealed.values()) expect(openReceiver(reopened, one)).toBeUndefined();
    reopened.close();
  });

  test('would have been found: in clear, as UTF-16, in base64, in hex and escaped', () => {
    const [person] = people;
    const { name, email } = person!;
    const bases = [0, 1, 2].map((n) => Buffer.from(`${'x'.repeat(n)}{"${name}"}`).toString('base64'));
    const hidden = [name, `to:${email.toUpperCase()};`, Buffer.from(email, 'utf16le'), ...bases];
    const coded = [Buffer.from(email).toString('hex'), encodeURIComponent(name), `"Z\\u00e9lphine"`];
    for (const bytes of [...hidden, ...coded]) expect(tracesIn('here', bytes)).not.toEqual([]);
    const other = aFolder();
    writeFileSync(join(other, 'log.db-wal'), `\0${name}\0`);
    writeFileSync(join(other, 'keys.db'), email);
    expect(tracesInFolder(other)).toContain(`log.db-wal: ${name}`);
    expect(tracesInFolder(other)).not.toContain(`keys.db: ${email}`);
  });
});

/** What its provider has said of an order, opened from the log. */
const saidOf = (folder: string, keyStore: KeyStore, orderId: string): (string | undefined)[] =>
  readEvents(folder)
    .filter(({ type, stream }) => type === 'ExchangeNoted' && stream.key === orderId)
    .map(({ data }) =>
      openExchange(keyStore, { tenant: 'main', orderId }, (data as ExchangeNotedData).sealed!),
    )
    .map((opened) => opened && Buffer.from(opened.received!).toString());

const receiversIn = (folder: string, eventType: string): Map<string, Sealed> =>
  new Map(
    readEvents(folder)
      .filter(({ type }) => type === eventType)
      .map(({ stream, data }) => [stream.key, (data as OrderPlacedData).receiver!]),
  );
