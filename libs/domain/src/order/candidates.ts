import type { OrderCommand } from '../messages/generated/order.ts';
import type { BillLeg, LineQuantity } from '../messages/generated/types.ts';
import { deadlinesOf } from './deadlines.ts';
import { disputedMoney } from './disputes.ts';
import { keptMoney, outstanding } from './giving-back.ts';
import { OVERRIDES } from './lifecycle/definition.ts';
import { everyLine, toPick, toShip } from './lines.ts';
import { handlingOf, type OrderState } from './state.ts';
import { isOpen } from './payments.ts';
import type { WorkList } from './work.ts';

const WHY = { reason: 'changed my mind' };
/** Whichever payment it is. */
const UNNAMED = { paymentId: null, provider: null };

/** Everything that is named at once, and one unit of each line. */
const portions = (lines: readonly LineQuantity[]): readonly (readonly LineQuantity[])[] =>
  lines.length === 0 ? [] : [lines, ...lines.map(({ lineId }) => [{ lineId, quantity: 1 }])];

/** What may be heard of a payment that nobody has spoken of, and of each that is not over. */
const payments = (state: OrderState): OrderCommand[] => {
  const { currency } = state.placed;
  const owed = outstanding(state);
  const other = { paymentId: `pay-${state.money.payments.length + 1}`, provider: 'bank' };
  const open = state.money.payments.filter(isOpen);
  return [
    { type: 'StartPayment', data: { ...other, amount: owed, currency } },
    { type: 'ConfirmPayment', data: { ...other, amount: owed, currency } },
    { type: 'ConfirmPayment', data: { ...other, amount: 1, currency } },
    { type: 'ReportPaymentMismatch', data: { ...other, amount: 1, currency: 'XXX' } },
    ...open.map(({ paymentId, provider, amount }): OrderCommand => ({
      type: 'ConfirmPayment',
      data: { paymentId, provider, amount: amount ?? owed, currency },
    })),
    ...[other, ...open].flatMap(({ paymentId, provider }): OrderCommand[] => [
      { type: 'ReportPaymentFailure', data: { paymentId, provider, ...WHY } },
      { type: 'ReportPaymentUnknown', data: { paymentId, provider } },
    ]),
  ];
};

/** An instant that has not come in any history. */
const IN_TIME_TO_COME = 4_102_444_800_000;

const legs = (amount: number): readonly BillLeg[] => [
  ...(amount > 1 ? [{ legId: '1', kind: 'coupon', provider: 'coupons', amount: 1 }] : []),
  { legId: '2', kind: 'card', provider: 'bank', amount: amount - (amount > 1 ? 1 : 0) },
];

const bills = (state: OrderState): OrderCommand[] => {
  const owed = outstanding(state);
  const { bills: known = [] } = state;
  const billId = `bill-${known.length + 1}`;
  const all = [...known, { billId: 'bill-0', legs: [{ legId: '1' }] }];
  const issue = (purpose: string, amount: number, balanceDue: number | null): OrderCommand => ({
    type: 'IssueBill',
    data: { billId, purpose, amount, legs: legs(amount), balanceDue },
  });
  return [
    ...(owed > 0 ? [issue('balance', owed, null)] : []),
    issue('deposit', 2, IN_TIME_TO_COME),
    ...all.flatMap((bill): OrderCommand[] => [
      { type: 'VoidBill', data: { billId: bill.billId } },
      { type: 'TimeOutBill', data: { billId: bill.billId } },
      ...bill.legs.flatMap(({ legId }): OrderCommand[] => {
        const named = { billId: bill.billId, legId };
        return [
          { type: 'ReportLegFrozen', data: named },
          { type: 'ReportLegCaptured', data: named },
          { type: 'ReportLegFailed', data: { ...named, ...WHY, unknown: true } },
          { type: 'ReportLegReleased', data: named },
        ];
      }),
    ]),
  ];
};

const onStock = (state: OrderState): OrderCommand[] => {
  const asked = everyLine(state, (_line, counts) => counts.asked);
  return [
    ...portions(asked).map((lines): OrderCommand => ({ type: 'RecordReservation', data: { lines } })),
    ...portions(asked).map((lines): OrderCommand => ({
      type: 'RecordReservationRefused',
      data: { lines, code: 'insufficient-stock' },
    })),
  ];
};

const inTheWarehouse = (state: OrderState): OrderCommand[] => {
  const parcelId = `parcel-${state.parcels.length + 1}`;
  const short = everyLine(state, (_line, counts) => counts.short);
  const leaving = everyLine(state, (line, counts) => toShip(line, counts) - counts.short);
  return [
    ...portions(everyLine(state, toPick)).flatMap((lines): OrderCommand[] => [
      { type: 'PickLines', data: { lines } },
      { type: 'ReportShortage', data: { lines } },
    ]),
    ...portions(short).map((lines): OrderCommand => ({ type: 'ReorderLines', data: { lines } })),
    ...portions(leaving).map((lines): OrderCommand => ({ type: 'ShipLines', data: { parcelId, lines } })),
    ...[...state.parcels, { parcelId: 'parcel-0' }].map((parcel): OrderCommand => ({
      type: 'ConfirmDelivery',
      data: { parcelId: parcel.parcelId },
    })),
  ];
};

/** A return goes on, with all, some or nothing of it found good, and is taken back or not. */
const onReturn = ({ returns }: OrderState, returnId: string): OrderCommand[] => {
  const lines = returns.find((one) => one.returnId === returnId)?.lines ?? [];
  return [
    { type: 'ApproveReturn', data: { returnId } },
    { type: 'ReportReturnShipped', data: { returnId, parcelId: null } },
    { type: 'ReceiveReturn', data: { returnId } },
    ...[lines, lines.slice(0, 1).map(({ lineId }) => ({ lineId, quantity: 1 })), []].map(
      (accepted): OrderCommand => ({ type: 'InspectReturn', data: { ...WHY, returnId, accepted } }),
    ),
    ...[
      { accepted: true, exchange: false },
      { accepted: false, exchange: false },
      { accepted: true, exchange: true },
    ].map((end): OrderCommand => ({ type: 'ResolveReturn', data: { ...WHY, returnId, ...end } })),
  ];
};

const givenBack = (state: OrderState): OrderCommand[] => {
  const back = everyLine(state, (_line, counts) => counts.delivered - counts.returning - counts.returned);
  const returns = [...state.returns.map(({ returnId }) => returnId), 'return-0'];
  const refunds = [
    ...state.money.refunds.map(({ refundId, amount, legs }) => ({
      ...{ refundId, amount: legs.reduce((left, leg) => (leg.confirmed ? left - leg.amount : left), amount) },
      legs: legs.map(({ paymentId, provider, amount: part }) => ({ paymentId, provider, amount: part })),
    })),
    { refundId: 'refund-0', amount: 1, legs: [] },
  ];
  return [
    { type: 'CancelOrder', data: { ...WHY, lines: null } },
    ...portions(everyLine(state, toShip)).map((lines): OrderCommand => ({
      type: 'CancelOrder',
      data: { ...WHY, lines },
    })),
    ...[...portions(back), [{ lineId: 'a', quantity: 1 }]].map((lines): OrderCommand => ({
      type: 'RequestReturn',
      data: { ...WHY, lines },
    })),
    ...returns.flatMap((returnId) => onReturn(state, returnId)),
    ...refunds.flatMap(({ refundId, amount, legs }): OrderCommand[] => [
      { type: 'ConfirmRefund', data: { refundId, amount, ...UNNAMED } },
      ...legs.map((leg): OrderCommand => ({ type: 'ConfirmRefund', data: { refundId, ...leg } })),
    ]),
  ];
};

/** Its buyer disputes a cent or all of it, a provider a cent; each dispute is decided, one way or the other. */
const disputes = (state: OrderState): OrderCommand[] => {
  const [payment] = state.money.payments;
  const { disputes: known = [] } = state;
  const opened = { disputeId: `dispute-${known.length + 1}`, code: 'not-received', ...UNNAMED };
  const decided = { ...WHY, decidedBy: 'office' };
  return [
    ...[1, keptMoney(state) - disputedMoney(state)].map((amount): OrderCommand => ({
      type: 'OpenDispute',
      data: { ...opened, by: 'buyer', amount },
    })),
    ...(payment === undefined
      ? []
      : [{ ...opened, by: 'provider', amount: 1, paymentId: payment.paymentId, provider: payment.provider }]
    ).map((data): OrderCommand => ({ type: 'OpenDispute', data })),
    ...[...known.filter(({ status }) => status === 'open'), { disputeId: 'dispute-0', amount: 1 }].flatMap(
      ({ disputeId, amount }): OrderCommand[] => [
        { type: 'AddEvidence', data: { disputeId, by: 'seller', reference: 'file/1' } },
        { type: 'ResolveDispute', data: { ...decided, disputeId, outcome: 'buyer', amount } },
        { type: 'ResolveDispute', data: { ...decided, disputeId, outcome: 'seller', amount: 0 } },
      ],
    ),
  ];
};

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const receiver = {
  ...{ subject: 'ann', keyId: 1, nonce: bytes(12), ciphertext: bytes(16), digest: bytes(16), tokens: [] },
};

/** Somebody moves each deadline that runs, and one that does not. */
const onDeadlines = (state: OrderState): OrderCommand[] => [
  ...deadlinesOf(state).flatMap(({ name, due }): OrderCommand[] => [
    { type: 'RescheduleDeadline', data: { ...WHY, deadline: name, due: due + 1 } },
    { type: 'ExtendDeadline', data: { ...WHY, deadline: name, byMs: 1_000 } },
  ]),
  { type: 'RescheduleDeadline', data: { ...WHY, deadline: 'weather', due: null } },
  { type: 'ExtendDeadline', data: { ...WHY, deadline: 'weather', byMs: 1_000 } },
];

/** Nobody does anything, or somebody ends it. */
const closing: readonly OrderCommand[] = [
  { type: 'ReceiveByDeadline', data: {} },
  { type: 'CompleteOrder', data: WHY },
  { type: 'CompleteByDeadline', data: {} },
  { type: 'ReviewOrder', data: { rating: 4 } },
  { type: 'ReviewByDeadline', data: {} },
];

/** Between them they have something to do in every status in which there is any. */
const CLAIMED: readonly WorkList[] = ['at-risk', 'to-refund', 'to-clarify', 'to-resolve', 'disputed'];

const byOperators = (state: OrderState): OrderCommand[] => [
  { type: 'HoldOrder', data: { ...WHY, holdId: null } },
  ...[...handlingOf(state).holds, { holdId: 'hold-0' }].map(({ holdId }): OrderCommand => ({
    type: 'ReleaseHold',
    data: { holdId },
  })),
  ...CLAIMED.map((list): OrderCommand => ({ type: 'ClaimWork', data: { list, minutes: 30 } })),
  // They change places, and one of them grows.
  ...[
    { shipping: state.placed.fees, fees: state.placed.shipping },
    { shipping: null, fees: state.placed.fees + 1 },
  ].map((asked): OrderCommand => ({ type: 'AdjustCharges', data: { ...WHY, ...asked } })),
  { type: 'EditReceiver', data: { buyerId: state.placed.buyerId, receiver } },
  { type: 'AddNote', data: { text: 'rings twice' } },
  ...OVERRIDES.map((place): OrderCommand => {
    const [region = '', status = ''] = place.split('.');
    return { type: 'OverrideStatus', data: { ...WHY, region, status } };
  }),
];

/**
 * Commands worth trying on an order: at least one of every type, sensible for its quantities and money where its
 * status allows that at all. Specs walk through all histories with them.
 */
export const candidates = (state: OrderState): readonly OrderCommand[] => {
  // A claim changes nothing but whose work it is: what else may come is seen where there is none.
  const [claim] = handlingOf(state).claims;
  if (claim) return [{ type: 'ReleaseWork', data: { list: claim.list } }];
  const anything = [{ lineId: 'a', quantity: 1 }];
  return [
    { type: 'ConfirmOrder', data: {} },
    ...payments(state),
    { type: 'TimeOutPayment', data: {} },
    { type: 'SendReminder', data: {} },
    { type: 'RemindPayment', data: {} },
    { type: 'PickLines', data: { lines: anything } },
    { type: 'ReportShortage', data: { lines: anything } },
    { type: 'ReorderLines', data: { lines: anything } },
    { type: 'ShipLines', data: { parcelId: 'parcel-x', lines: anything } },
    { type: 'MigrateLifecycle', data: { to: 'nowhere@1', moves: [] } },
    { type: 'RequestApproval', data: WHY },
    { type: 'ApproveOrder', data: { reason: null } },
    { type: 'DeclineOrder', data: WHY },
    { type: 'ExpireApproval', data: {} },
    ...onStock(state),
    ...inTheWarehouse(state),
    ...givenBack(state),
    ...byOperators(state),
    ...onDeadlines(state),
    ...closing,
    ...bills(state),
    ...disputes(state),
  ];
};
