// The order of a shop as its operators live with it: acts with a name and a reason, timers, and what was once agreed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { openArchive, readArchive } from '@orderloom/archive';
import type { Registry } from '@orderloom/decider';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { jsonCodec, memorySnapshotStore, openArchiver, type CommandRequest } from '@orderloom/engine';
import { projections } from '@orderloom/views';
import { anOrder, DAY, MINUTE, NOON, openShop, payment, pieces, PRICE, type Shop } from './shop.ts';
import { statement } from './statement.ts';
import { duesByPolicy, noDeadlines, noGrammar, pricesOfToday } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const receiver = {
  ...{ subject: 'ann', keyId: 1, nonce: bytes(12), ciphertext: bytes(16), digest: bytes(16), tokens: [] },
};

type Act = readonly [type: string, data: object, more?: Partial<CommandRequest>];
const upon = (name: string, version: number) => ({ expectedSection: { name, version } });

const dearer = { shipping: 300, fees: null, reason: 'goes abroad' };

/** What operators do to an order that is paid, one after the other. */
const ACTS: readonly Act[] = [
  ['AddNote', { text: 'rings twice' }],
  ['EditReceiver', { buyerId: null, receiver }, upon('receiver', 1)],
  ['ShipLines', { parcelId: 'P', lines: pieces(2) }],
  ['OverrideStatus', { region: 'fulfilment', status: 'delivered', reason: 'signed' }, upon('fulfilment', 8)],
  ['RequestReturn', { reason: 'too small', lines: pieces(1) }],
  ['ResolveReturn', { returnId: 'return-1', accepted: true, reason: 'as new' }],
  ['ConfirmRefund', { refundId: 'refund-1', amount: PRICE + 150, paymentId: null, provider: null }],
];
const LEFT = [
  ...['ChargesAdjusted by ann: goes abroad', 'PaymentConfirmed by nobody'],
  ...['OrderHeld by ann: fraud?', 'HoldReleased by ann', 'NoteAdded by ann', 'ReceiverEdited by ann'],
  ...['LinesShipped by ann', 'StatusOverridden by ann: signed', 'ReturnRequested by ann: too small'],
  ...['ReturnResolved by ann: as new', 'RefundDue by ann', 'RefundConfirmed by ann'],
];

const told = async ({ engine }: Shop, key: string): Promise<readonly string[]> => {
  await engine.settled();
  const events = await engine.history({ tenant: 'main', type: 'order', key }, 1, 100);
  return events.map(({ type, actor, data }) => {
    const { reason } = data as { readonly reason?: string };
    return `${type} by ${actor ?? 'nobody'}${reason === undefined ? '' : `: ${reason}`}`;
  });
};

statement('16.1', async ({ has }) => {
  const shop = await openShop({ registry: has('grammar') ? registry : noGrammar() });
  const order = await shop.place('one', anOrder(2));
  const act = (...[type, data, more]: Act) => shop.sayTo(order, type, data, { actor: 'ann', ...more });
  const adjusted = await act('AdjustCharges', dearer, upon('payment', 1));
  expect(adjusted).toMatchObject({ outcome: 'accepted' });
  await shop.sayTo(order, 'ConfirmPayment', { ...payment, amount: 2 * PRICE + 300 });
  const late = await act('AdjustCharges', dearer, upon('payment', 3));
  expect(late).toMatchObject({ outcome: 'refused', rejection: { code: 'order-paid' } });
  expect(await act('HoldOrder', { holdId: null, reason: 'fraud?' })).toMatchObject({ outcome: 'accepted' });
  const held = await act('ShipLines', { parcelId: 'P', lines: pieces(1) });
  expect(held).toMatchObject({ outcome: 'refused', rejection: { code: 'order-held' } });
  expect(await act('ReleaseHold', { holdId: 'hold-1' })).toMatchObject({ outcome: 'accepted' });
  for (const one of ACTS) expect([one[0], (await act(...one)).outcome]).toEqual([one[0], 'accepted']);
  expect(await told(shop, order)).toEqual(LEFT);
});

const instantsOf = (shop: Shop, wanted: string): readonly number[] =>
  shop.events().flatMap(({ type, recordedAt }) => (type === wanted ? [recordedAt - NOON] : []));

/** The timers of a shop in its own words: a flash sale, and four that close what nobody closes. */
const FIVE_TIMERS = {
  ...{
    paymentTimeoutMs: 120 * MINUTE,
    receiveAfterMs: 15 * DAY,
    completeAfterMs: 7 * DAY,
    reviewAfterMs: 7 * DAY,
  },
  paymentTimeouts: [
    { name: 'flash', lifecycle: null, channel: 'flash-sale', paymentMethod: null, afterMs: 60 * MINUTE },
  ],
};

const WHOLE_LIFE = { LinesDelivered: 15, OrderCompleted: 22, OrderReviewed: 29 };

statement('16.2', async ({ has }) => {
  const withDues = has('due-in-the-event') ? registry : duesByPolicy(registry);
  const shop = await openShop({ registry: has('timers-from-the-log') ? withDues : noDeadlines(registry) });
  await shop.setPolicy({ reminderAfterMs: 7 * DAY, maxReminders: 4, ...FIVE_TIMERS });
  await shop.say('tenant/main', 'SimulateClock', { at: NOON, deadlines: 'awake' });
  await shop.place('unpaid');
  const onTerms = await shop.place('terms', { lifecycle: 'terms' });
  await shop.sayTo(onTerms, 'ConfirmOrder', {});
  await shop.place('flash', {}, { channel: 'flash-sale' });
  await shop.sayTo(onTerms, 'ShipLines', { parcelId: 'P-1', lines: pieces(1) });
  const sent = await shop.place('paid');
  await shop.sayTo(sent, 'ConfirmPayment', payment);
  await shop.sayTo(sent, 'ShipLines', { parcelId: 'P-2', lines: pieces(1) });
  const moved = await shop.say('tenant/main', 'AdvanceClock', { to: NOON + 29 * DAY });
  expect(moved).toMatchObject({ outcome: 'accepted' });
  expect(instantsOf(shop, 'PaymentTimedOut')).toEqual([60, 120].map((minutes) => minutes * MINUTE));
  const life = Object.entries(WHOLE_LIFE).map(([type, day]) => [type, day * DAY]);
  expect(instantsOfOrder(shop, sent)).toEqual(life);
  expect(instantsOf(shop, 'LinesDelivered')).toEqual([15 * DAY, 15 * DAY]);
  expect(instantsOf(shop, 'ReminderSent')).toEqual([7, 14, 21, 28].map((day) => day * DAY));
  // Nobody has waited for it.
  expect(shop.clock.now()).toBe(NOON);
});

/** What happened to one order by itself, behind noon. */
const instantsOfOrder = (shop: Shop, orderId: string) =>
  shop
    .events()
    .filter(({ stream, recordedAt }) => stream.key === orderId && recordedAt > NOON)
    .map(({ type, recordedAt }) => [type, recordedAt - NOON]);

const documentOf = async ({ engine }: Shop, orderId: string) => {
  await engine.settled();
  return engine.get('order', 'main', orderId);
};

/** The document of an order that has come to rest, as the archive on disk has it of the shop's log. */
const archivedOrder = async ({ disk }: Shop, registry: Registry, orderId: string): Promise<unknown> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-systems-'));
  try {
    const codec = jsonCodec();
    const store = await openArchive({ folder, partition: 0, codec });
    const archiver = await openArchiver({
      ...{ store, codec, registry, projections, source: jsonCodec() },
      snapshots: memorySnapshotStore(),
      globals: async () => [],
      owns: () => true,
    });
    await archiver.apply(disk.groups);
    await store.close();
    const kept = readArchive(folder, jsonCodec()).find(`main/order/${orderId}`);
    return kept.find(({ view }) => view === 'order')?.document;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

statement('16.5', async ({ has }) => {
  const ofToday = has('agreed-stays') ? registry : pricesOfToday(registry);
  const shop = await openShop({ registry: ofToday });
  const order = await shop.place('old price');
  const before = await documentOf(shop, order);
  const renamed = { name: 'Tea, the new blend', unitPrice: 2 * PRICE };
  const dearer = { lines: [{ ...anOrder().lines[0], ...renamed }], total: 2 * PRICE };
  await shop.place('new price', dearer);
  expect(await documentOf(shop, order)).toEqual(before);
  await shop.engine.stop();
  const again = await openShop({ disk: shop.disk, clock: shop.clock, registry: ofToday });
  expect(await documentOf(again, order)).toEqual(before);
  await again.sayTo(order, 'AddNote', { text: 'still the old price' });
  expect(await again.sayTo(order, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  const agreed = { lines: [{ sku: 'TEA', name: 'Black tea', unitPrice: PRICE }], total: PRICE };
  expect((await again.stateOf(order)).placed).toMatchObject(agreed);
  await again.sayTo(order, 'ShipLines', { parcelId: 'P', lines: pieces(1) });
  await again.sayTo(order, 'ConfirmDelivery', { parcelId: 'P' });
  await again.engine.settled();
  const archived = await archivedOrder(again, ofToday, order);
  expect(archived).toMatchObject({ state: { placed: agreed } });
});
