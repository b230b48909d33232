import { describe, expect, test } from '@jest/globals';
import {
  fold,
  orderIdOf,
  type Command,
  type Projection,
  type RecordedEvent,
  type StreamType,
} from '@orderloom/decider';
import {
  buyerStreamType,
  chainStreamType,
  editStreamType,
  fulfilmentStreamType,
  effectStreamType,
  journalStreamType,
  jobStreamType,
  knownLifecycles,
  orderStreamType,
  parcelStreamType,
  stockStreamType,
  tableStepper,
  tenantStreamType,
} from '@orderloom/domain';
import { recordedEvent } from '@orderloom/testing';
import fc from 'fast-check';
import { buyerView } from './buyer-view.ts';
import { editView } from './edit-view.ts';
import { fulfilmentView } from './fulfilment-view.ts';
import { chainView } from './chain-view.ts';
import { journalView } from './journal-view.ts';
import { effectView } from './effect-view.ts';
import { exampleTenant } from './example-tenant.ts';
import { jobView } from './job-view.ts';
import { orderView } from './order-view.ts';
import { parcelView } from './parcel-view.ts';
import { stockView } from './stock-view.ts';
import type { StreamDocument } from './stream-view.ts';
import { tenantView } from './tenant-view.ts';

// A document, stored as JSON after every event and read back before the next, holds exactly the state that the
// decider folds from the same events: whatever legal history it is, and wherever the projector was stopped.

const NOON = Date.UTC(2026, 0, 1, 12);

const tenantType = tenantStreamType({ lifecycles: [] });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every stream type of this build
type AnyType = StreamType<any, any, any, any>;

/** The legal history that a stream type makes of these wishes: what it refuses is left out. */
const historyOf = (type: AnyType, key: string, wishes: readonly Command[]): readonly RecordedEvent[] => {
  const stream = { tenant: 'main', type: type.name, key };
  const history: RecordedEvent[] = [];
  let state: unknown = type.decider.initialState;
  for (const wish of wishes) {
    const now = NOON + history.length;
    const decision = type.decider.decide(state, wish, {
      stream,
      now,
      global: exampleTenant,
      globalVersion: 3,
      actor: 'ann',
      channel: null,
    });
    if (decision.outcome !== 'accepted') continue;
    for (const event of decision.events) {
      const version = history.length + 1;
      history.push(recordedEvent(event, { stream, version, recordedAt: now }));
      state = type.decider.evolve(state, event, { stream, recordedAt: now, version, global: exampleTenant });
    }
  }
  return history;
};

const throughJson = <D>(document: D): D => JSON.parse(JSON.stringify(document)) as D;

const lines = fc.uniqueArray(
  fc.record({ lineId: fc.constantFrom('a', 'b'), quantity: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, selector: ({ lineId }) => lineId },
);
const wish = (type: string, data: object): fc.Arbitrary<Command> => fc.constant({ type, data });
const wishOf = (type: string, data: fc.Arbitrary<object>): fc.Arbitrary<Command> =>
  data.map((data) => ({ type, data }));

const sealed = {
  subject: 's',
  keyId: 1,
  nonce: new Uint8Array(12),
  ciphertext: new Uint8Array(40),
  digest: new Uint8Array(16),
  tokens: [new Uint8Array(8)],
};
const placeOrder = (lifecycle: string): Command => ({
  type: 'PlaceOrder',
  data: {
    buyerId: 'b1',
    merchantId: 'm1',
    lifecycle,
    currency: 'EUR',
    lines: ['a', 'b'].map((lineId) => ({
      lineId,
      sku: `S-${lineId}`,
      quantity: 3,
      unitPrice: 500,
      discount: 0,
      tax: null,
    })),
    shipping: 400,
    fees: 0,
    discount: 0,
    total: 3_400,
    receiver: sealed,
    externalId: null,
    allowRepeat: false,
    fields: {},
  },
});
const payment = { paymentId: 'p1', amount: 3_400, currency: 'EUR', provider: 'bank' };
const ofParcel = fc.constantFrom('P1', 'P2');
const orderWish = fc.oneof(
  wish('ConfirmOrder', {}),
  wish('ConfirmPayment', payment),
  wish('StartPayment', payment),
  wish('ReportPaymentUnknown', { paymentId: 'p1', provider: 'bank' }),
  wish('ReportPaymentMismatch', { ...payment, amount: 1 }),
  wish('ConfirmPayment', { ...payment, paymentId: 'p2' }),
  wish('ReportPaymentFailure', { paymentId: 'p1', provider: 'bank', reason: 'no money' }),
  wish('ReportPaymentFailure', { paymentId: 'p0', provider: 'bank', reason: 'no money' }),
  wish('SendReminder', {}),
  wishOf('PickLines', fc.record({ lines })),
  wishOf('ReportShortage', fc.record({ lines })),
  wishOf('ReorderLines', fc.record({ lines })),
  wishOf('ShipLines', fc.record({ parcelId: ofParcel, lines })),
  wishOf('ConfirmDelivery', fc.record({ parcelId: ofParcel })),
  wishOf('CancelOrder', fc.record({ reason: fc.constant('mind'), lines: fc.option(lines) })),
  wishOf('RequestReturn', fc.record({ lines, reason: fc.constant('size') })),
  wishOf(
    'ResolveReturn',
    fc.record({
      returnId: fc.constantFrom('return-1', 'return-2'),
      accepted: fc.boolean(),
      exchange: fc.boolean(),
      reason: fc.constant(''),
    }),
  ),
);
const because = { reason: 'r' };
const operatorWish = fc.oneof(
  wish('HoldOrder', { ...because, holdId: null }),
  wishOf('ReleaseHold', fc.constantFrom({ holdId: 'hold-1' }, { holdId: 'hold-2' })),
  wishOf('ClaimWork', fc.constantFrom({ list: 'to-ship', minutes: 30 }, { list: 'at-risk', minutes: 1 })),
  wish('ReleaseWork', { list: 'to-ship' }),
  wish('EditReceiver', { buyerId: 'b1', receiver: sealed }),
  wishOf(
    'AdjustCharges',
    fc.constantFrom({ ...because, shipping: 0, fees: null }, { ...because, shipping: 400, fees: 7 }),
  ),
  wish('AddNote', { text: 'rings twice' }),
  wishOf(
    'OverrideStatus',
    fc.constantFrom(
      { ...because, region: 'fulfilment', status: 'delivered' },
      { ...because, region: 'fulfilment', status: 'shipped' },
      { ...because, region: 'payment', status: 'void' },
    ),
  ),
);
const ofDispute = fc.constantFrom('dispute-1', 'dispute-2');
const disputeWish = fc.oneof(
  wishOf(
    'OpenDispute',
    fc.constantFrom(
      { disputeId: null, by: 'buyer', amount: 900, code: 'c', paymentId: null, provider: null },
      { disputeId: null, by: 'provider', amount: 500, code: 'c', paymentId: 'p1', provider: 'bank' },
    ),
  ),
  wishOf(
    'AddEvidence',
    ofDispute.map((disputeId) => ({ disputeId, by: 'buyer', reference: 'file/1' })),
  ),
  wishOf(
    'ResolveDispute',
    fc.record({
      disputeId: ofDispute,
      outcome: fc.constantFrom('buyer', 'seller'),
      amount: fc.constantFrom(0, 300),
      decidedBy: fc.constant('office'),
      reason: fc.constant('r'),
    }),
  ),
);
const orderWishes = fc
  .tuple(
    fc.constantFrom('retail', 'terms'),
    fc.boolean(),
    fc.array(fc.oneof(orderWish, operatorWish, disputeWish), { maxLength: 30 }),
  )
  .map(([lifecycle, paid, wishes]) => [
    placeOrder(lifecycle),
    ...(paid ? [{ type: 'ConfirmPayment', data: payment }] : []),
    ...wishes,
  ]);

const line = { orderId: 'o1', lineId: 'a', quantity: 2 };
const stockWishes = fc.array(
  fc.oneof(
    wish('ReceiveStock', { quantity: 5, reference: 'r' }),
    wishOf(
      'AdjustStock',
      fc.record({ delta: fc.integer({ min: -3, max: 3 }), reason: fc.constant('counted') }),
    ),
    ...['ReserveStock', 'ConfirmStock', 'ReleaseStock', 'RestockStock'].map((type) => wish(type, line)),
  ),
);
const parcelWishes = fc
  .array(
    fc.oneof(
      wish('DispatchParcel', { carrier: 'post', trackingNumber: null }),
      wish('RecordFailedAttempt', { reason: 'closed' }),
      wish('RecordContentRefused', { orderId: 'o1', told: 'ShipLines', code: 'c' }),
      wish('ConfirmParcelDelivery', {}),
    ),
  )
  .map((wishes) => [{ type: 'CreateParcel', data: { contents: [line], weightGrams: 10 } }, ...wishes]);
const buyerWishes = fc.array(
  fc.oneof(
    wish('BlockBuyer', { reason: 'r' }),
    wish('UnblockBuyer', {}),
    wishOf('SetPurchaseLimit', fc.record({ maxOpenOrders: fc.option(fc.nat()) })),
  ),
);
const input = { kind: 'import-ocel', source: 'ab'.repeat(32), total: 5 };
const jobWishes = fc.array(
  fc.oneof(
    wish('StartJob', input),
    wishOf(
      'AdvanceJob',
      fc.record({ done: fc.nat({ max: 6 }), counts: fc.dictionary(fc.string(), fc.nat()) }),
    ),
    wish('FailJob', { code: 'c', reason: 'r' }),
    wish('CompleteJob', { counts: { accepted: 5 } }),
  ),
);
const effectCall = {
  ...{
    handler: 'webhook',
    name: 'wms',
    url: 'https://wms.example/',
    subject: 'o1',
    eventType: 'OrderPlaced',
  },
  ...{ eventVersion: 1, at: NOON, data: '{}', inOrder: true },
};
const anAttempt = fc.integer({ min: 1, max: 4 });
const effectWishes = fc
  .array(
    fc.oneof(
      wishOf('StartAttempt', fc.record({ attempt: anAttempt })),
      wishOf('ResumeAttempt', fc.record({ attempt: anAttempt })),
      wishOf('RecordSuccess', fc.record({ attempt: anAttempt, code: fc.constant('http-200') })),
      wishOf(
        'RecordFailure',
        fc.record({
          ...{ attempt: anAttempt, outcome: fc.constantFrom('failed', 'unknown', 'refused') },
          code: fc.constant('http-503'),
        }),
      ),
      wish('MakeAttemptDue', {}),
      wish('SettleEffect', {}),
      wish('RedriveEffect', {}),
    ),
  )
  .chain((wishes) =>
    fc
      .constantFrom([], [5, 10])
      .map((pausesMs) => [
        { type: 'RequestEffect', data: { call: effectCall, maxAttempts: 2, firstRetryMs: 1_000, pausesMs } },
        ...wishes,
      ]),
  );
const anEffect = fc.constantFrom('o1.1.wms', 'o1.2.wms', 'o1.3.wms');
const chainWishes = fc.array(
  fc.oneof(
    wishOf('QueueEffect', fc.record({ effectId: anEffect, call: fc.constant(effectCall) })),
    wishOf('LeaveChain', fc.record({ effectId: anEffect })),
  ),
);
const travels = { parcelId: 'P-1', carrier: null, trackingNumber: null };
const fulfilmentWishes = fc
  .array(
    fc.oneof(
      wish('RepeatRequest', {}),
      wish('WithdrawLines', { lines: [{ lineId: 'a', quantity: 1 }], why: 'cancelled' }),
      wish('AcknowledgeFulfilment', { reference: 'wms-7' }),
      wish('PickFulfilment', {}),
      wish('ShipFulfilment', travels),
      wish('RecordFailedDelivery', { reason: 'nobody there' }),
      wish('DeliverFulfilment', { parcelId: 'P-1', proof: null }),
      wish('HoldFulfilment', { reason: 'recall' }),
      wish('ReleaseFulfilment', {}),
      wish('MoveFulfilment', { location: 'rome' }),
    ),
  )
  .map((wishes) => [
    {
      type: 'RequestFulfilment',
      data: { location: 'main', lines: [{ lineId: 'a', quantity: 2 }] },
    },
    ...wishes,
  ]);
const nothingStaged = {
  ...{ buyerId: null, receiver: null, addNote: null, cancelOrder: null },
  ...{ holdOrder: null, releaseHold: null, extendDeadline: null, adjustCharges: null },
};
const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
const sealedReceiver = {
  subject: 'ann',
  keyId: 1,
  nonce: bytes,
  ciphertext: bytes,
  digest: bytes,
  tokens: [bytes],
};
const editWishes = fc
  .array(
    fc.oneof(
      wish('StageChange', { ...nothingStaged, addNote: { text: 'rings twice' } }),
      wish('StageChange', { ...nothingStaged, buyerId: 'ann', receiver: sealedReceiver }),
      wish('UnstageChange', { changeId: 'change-1' }),
      wish('CommitEdit', { orderVersion: 2 }),
      wish('DiscardEdit', {}),
      wish('ExpireEdit', {}),
    ),
  )
  .map((wishes) => [{ type: 'BeginEdit', data: { orderVersion: 1, minutes: 5 } }, ...wishes]);
const journalWishes = fc.array(
  wish('NoteExchange', {
    ...{ provider: 'bank', kind: 'payment', reference: 'o1.2.bank.query', sent: '{}', received: null },
    ...{ leftOut: 0, digest: null, bytes: 0, code: 'timeout' },
  }),
);
const tenantWishes = fc
  .array(
    fc.oneof(
      ...knownLifecycles.map((data) => wish('PublishLifecycle', data)),
      wish('SimulateClock', { at: NOON, deadlines: 'asleep' }),
      wish('AdvanceClock', { to: NOON + 5 }),
      wish('ReleaseClock', {}),
      wish('SubscribeWebhook', {
        ...{ name: 'wms', url: 'https://wms.example/', events: ['OrderPlaced'] },
        ...{ maxAttempts: 2, firstRetryMs: 1_000, inOrder: true },
      }),
      wish('UnsubscribeWebhook', { name: 'wms' }),
      wish('RegisterPaymentProvider', {
        name: 'bank',
        silenceMs: 5,
        pausesMs: [5],
        refunds: true,
        legs: true,
      }),
      wish('UnregisterPaymentProvider', { name: 'bank' }),
      wish('SetSourcing', {
        sku: 'S',
        reserveAt: 'payment',
        locations: [],
        whenShort: 'wait',
        waitAtMostMs: 0,
      }),
      wish('RegisterHook', { name: 'risk', before: 'placing', budgetMs: 300, onTimeout: 'hold' }),
      wish('UnregisterHook', { name: 'risk' }),
      wish('DropSourcing', { sku: 'S' }),
    ),
  )
  .map((wishes) => [{ type: 'CreateTenant', data: {} }, ...wishes]);

type View = {
  readonly name: string;
  readonly type: AnyType;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each is closed over its own document
  readonly view: Projection<any, any>;
  readonly wishes: fc.Arbitrary<readonly Command[]>;
  readonly key: string;
};
const orders: View = {
  name: 'order',
  type: orderStreamType({ stepper: tableStepper }),
  view: orderView,
  wishes: orderWishes,
  key: orderIdOf(NOON, 1, 1),
};
const views: readonly View[] = [
  orders,
  { name: 'stock', type: stockStreamType, view: stockView, wishes: stockWishes, key: 'S@main' },
  { name: 'parcel', type: parcelStreamType, view: parcelView, wishes: parcelWishes, key: 'P1' },
  { name: 'buyer', type: buyerStreamType, view: buyerView, wishes: buyerWishes, key: 'b1' },
  { name: 'job', type: jobStreamType, view: jobView, wishes: jobWishes, key: 'j1' },
  { name: 'effect', type: effectStreamType, view: effectView, wishes: effectWishes, key: 'o1.1.wms' },
  { name: 'journal', type: journalStreamType, view: journalView, wishes: journalWishes, key: 'o1' },
  { name: 'chain', type: chainStreamType, view: chainView, wishes: chainWishes, key: 'o1.wms' },
  {
    ...{ name: 'fulfilment', type: fulfilmentStreamType, view: fulfilmentView },
    ...{ wishes: fulfilmentWishes, key: `${orderIdOf(NOON, 1, 1)}.1` },
  },
  {
    name: 'edit',
    type: editStreamType,
    view: editView,
    wishes: editWishes,
    key: `${orderIdOf(NOON, 1, 1)}.a`,
  },
  { name: 'tenant', type: tenantType, view: tenantView, wishes: tenantWishes, key: 'main' },
];

/** Folds the history through JSON and compares; gives the types of its events. */
const compared = ({ type, view, key }: View, wanted: readonly Command[]): readonly string[] => {
  const history = historyOf(type, key, wanted);
  let document: StreamDocument<unknown> | undefined;
  for (const event of history) {
    document = view.fold(document && throughJson(document), event, exampleTenant) as StreamDocument<unknown>;
    expect(throughJson(document)).toEqual(document);
  }
  if (document === undefined) return [];
  const state: unknown = fold(type.decider, history, exampleTenant);
  expect(document.state).toEqual(state);
  expect(document.status).toEqual(type.explain(state, exampleTenant).status);
  expect(view.sortKey(document)).toBe(key);
  expect(view.lists(document)).toContain('all:');
  return history.map((event) => event.type);
};

describe('a document', () => {
  test.each(views)('of the view $name holds the state of its stream', (row) => {
    fc.assert(
      fc.property(row.wishes, (wanted) => {
        compared(row, wanted);
      }),
    );
  });

  test('of an order holds its state through a whole life', () => {
    const lines = ['a', 'b'].map((lineId) => ({ lineId, quantity: 3 }));
    const types = compared(orders, [
      placeOrder('retail'),
      { type: 'ConfirmPayment', data: payment },
      { type: 'ShipLines', data: { parcelId: 'P1', lines } },
      { type: 'ConfirmDelivery', data: { parcelId: 'P1' } },
      { type: 'RequestReturn', data: { lines, reason: 'size' } },
      { type: 'ResolveReturn', data: { returnId: 'return-1', accepted: true, exchange: false, reason: '' } },
    ]);
    expect(types).toEqual([
      'OrderPlaced',
      'PaymentConfirmed',
      'LinesShipped',
      'LinesDelivered',
      'ReturnRequested',
      'ReturnResolved',
      'RefundDue',
    ]);
  });
});
