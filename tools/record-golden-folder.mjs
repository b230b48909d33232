// node tools/run.mjs tools/record-golden-folder.mjs VERSION      (after a build)
//
// Leaves a whole data folder in libs/wire/golden/VERSION/data: `log.db` and `keys.db` as a release wrote them, from a
// little of everything. Every later build must open it, fold it and come to the same statuses.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('say which version is recorded');
const target = join(dirname(dirname(fileURLToPath(import.meta.url))), 'libs/wire/golden', version, 'data');
if (existsSync(target)) throw new Error(`${version} is recorded already; a release is recorded once`);

const { ensureTenant, openEmbedded } = await import('@orderloom/embedded');
const { commandRequest } = await import('@orderloom/engine');
const { edgeCommand } = await import('@orderloom/wire');

const folder = mkdtempSync(join(tmpdir(), 'orderloom-golden-'));
let now = Date.UTC(2026, 10, 23, 9);
const { engine, keyStore, stop } = await openEmbedded({
  folder,
  clock: { now: () => now, after: (_, fn) => (setImmediate(fn), () => undefined) },
});
await ensureTenant(engine, 'main');

let count = 0;
const say = async (type, key, name, body) => {
  const commandId = `golden-${String(++count)}`;
  now += 1000;
  const prepared = edgeCommand(type, name, body, { keyStore, tenant: 'main', commandId });
  if (prepared.outcome !== 'valid') throw new Error(`${name}: ${JSON.stringify(prepared.violations)}`);
  const result = await engine.send(
    commandRequest({ stream: { tenant: 'main', type, key }, type: name, data: prepared.data, commandId }),
  );
  if (result.outcome !== 'accepted') throw new Error(`${name}: ${JSON.stringify(result.rejection)}`);
  return result.stream.key;
};
const line = (lineId, sku, quantity, unitPrice) => ({ lineId, sku, quantity, unitPrice });
const receiver = {
  name: 'Åsa Ångström',
  phone: '+46 70 123 45 67',
  email: 'asa@example.org',
  line1: 'Storgatan 1',
  city: 'Lund',
  postalCode: '222 22',
  country: 'SE',
};
const place = (buyerId, lines, more = {}) =>
  say('order', '', 'PlaceOrder', {
    buyerId,
    merchantId: 'm-1',
    currency: 'EUR',
    lines,
    total: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    ...more,
  });
const pay = (order, amount) =>
  say('order', order, 'ConfirmPayment', {
    paymentId: `pay-${order}`,
    amount,
    currency: 'EUR',
    provider: 'demo',
  });

await say('tenant', 'main', 'SetPolicy', { stock: 'tracked', location: 'lund' });
for (const sku of ['mug', 'pot'])
  await say('stock', `${sku}@lund`, 'ReceiveStock', { quantity: 20, reference: 'first' });

const shipped = await place('b-1', [line('1', 'mug', 3, 1250), line('2', 'pot', 1, 4000)], { receiver });
await say('order', shipped, 'ReportPaymentFailure', { paymentId: 'x', provider: 'demo', reason: 'declined' });
await pay(shipped, 7750);
await say('order', shipped, 'ShipLines', { parcelId: 'p-1', lines: [{ lineId: '1', quantity: 2 }] });
await say('order', shipped, 'CancelOrder', { reason: 'changed-mind', lines: [{ lineId: '2', quantity: 1 }] });
const cancelled = await place('b-2', [line('1', 'pot', 2, 4000)]);
await say('order', cancelled, 'CancelOrder', { reason: 'changed-mind', lines: null });
const short = await place('b-3', [line('1', 'pot', 19, 4000), line('2', 'mug', 1, 1250)]);
const terms = await place('b-4', [line('1', 'mug', 1, 1250)], {
  lifecycle: 'terms',
  shipping: 500,
  total: 1750,
});
await say('order', terms, 'PickLines', { lines: [{ lineId: '1', quantity: 1 }] });
await say('order', terms, 'ConfirmOrder', {});
await say('order', terms, 'SendReminder', {});
await say('parcel', 'p-2', 'CreateParcel', {
  contents: [
    { orderId: terms, lineId: '1', quantity: 1 },
    { orderId: shipped, lineId: '1', quantity: 1 },
  ],
});
await say('parcel', 'p-2', 'DispatchParcel', {});
await say('parcel', 'p-2', 'RecordFailedAttempt', { reason: 'nobody-home' });
await say('parcel', 'p-2', 'ConfirmParcelDelivery', {});
await pay(terms, 1750);
await say('order', terms, 'RequestReturn', { lines: [{ lineId: '1', quantity: 1 }], reason: 'broken' });
await say('buyer', 'b-9', 'BlockBuyer', { reason: 'fraud' });
await say('job', 'job-1', 'StartJob', { kind: 'import-ocel', source: 'a'.repeat(64), total: 2 });
const unpaid = await place('b-5', [line('1', 'mug', 1, 1250)]);
now += 3_600_000;
await engine.settled();
for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
await engine.settled();

const orders = { shipped, cancelled, short, terms, unpaid };
const statuses = Object.fromEntries(
  Object.entries(orders).map(([name, key]) => [
    name,
    { key, ...engine.explain({ tenant: 'main', type: 'order', key }) },
  ]),
);
const events = engine.asOf().head;
await stop();
mkdirSync(target, { recursive: true });
for (const file of ['log.db', 'keys.db']) copyFileSync(join(folder, file), join(target, file));
writeFileSync(
  join(dirname(target), 'data.json'),
  `${JSON.stringify({ events, orders: statuses }, null, 1)}\n`,
);
rmSync(folder, { recursive: true });
process.stdout.write(`recorded ${String(events)} events in ${target}\n`);
