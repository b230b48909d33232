import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, ReportLegFailedData, ReportLegFrozenData } from '../../messages/generated/order.ts';
import { asIssued, billNamed, toCapture, voided, withBill, type LegStatus } from '../bills.ts';
import { outstanding } from '../giving-back.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { Bill, Change, OrderState } from '../state.ts';

// What the providers of a bill's legs say, in any order and any number of times: once all are frozen all are taken, and
// once one cannot be had the others are let go. What is said of a leg counts by the names of bill and leg, once.

type Named = ReportLegFrozenData;

type Found = { readonly bill: Bill; readonly leg: Bill['legs'][number] };

const isRefused = (found: Found | Decision<never>): found is Decision<never> => 'outcome' in found;

const legNamed = (state: OrderState, { billId, legId }: Named): Found | Decision<never> => {
  const bill = billNamed(state, billId);
  if (!bill) return refuseContent('unknown-bill', `the order has no bill ${billId}`, '/billId');
  const leg = bill.legs.find((one) => one.legId === legId);
  if (leg) return { bill, leg };
  const known = bill.legs.map((one) => one.legId).join(', ');
  return refuseContent('unknown-leg', `the legs of bill ${billId} are ${known}`, '/legId');
};

/** A leg that is said once more, with nothing new. */
const refuseSaid = ({ bill, leg }: Found): Decision<never> =>
  refuseState('leg-known', `leg ${leg.legId} is recorded as ${leg.status}, its bill as ${bill.status}`);

/** Judges what is said of a leg that may be news. */
const judged =
  <T extends Named>(
    news: readonly LegStatus[],
    decide: (state: OrderState, found: Found, data: T) => Decision<OrderEvent>,
  ) =>
  (state: OrderState, data: T): Decision<OrderEvent> => {
    const found = legNamed(state, data);
    if (isRefused(found)) return found;
    return news.includes(found.leg.status) && found.bill.status !== 'paid'
      ? decide(state, found, data)
      : refuseSaid(found);
  };

const frozen = judged(['asked'], (_state, { bill, leg: { legId } }) =>
  accept({
    type: 'LegFrozen',
    data: { billId: bill.billId, legId, capture: toCapture(bill, legId, 'frozen') },
  }),
);

const billPaid = (state: OrderState, { billId, amount, legs, balanceDue }: Bill): OrderEvent => ({
  type: 'BillPaid',
  data: {
    ...{ billId, amount, due: balanceDue, last: amount === outstanding(state) },
    legs: legs.map(asIssued),
  },
});

const captured = judged(['asked', 'frozen'], (state, { bill, leg }) => {
  const { billId, legs } = bill;
  const capture = toCapture(bill, leg.legId, 'captured');
  const taken: OrderEvent = { type: 'LegCaptured', data: { billId, legId: leg.legId, capture } };
  const isPaid = legs.every((one) => one === leg || one.status === 'captured');
  return isPaid ? accept(taken, billPaid(state, bill)) : accept(taken);
});

const failed = judged<ReportLegFailedData>(
  ['asked', 'frozen'],
  (_state, { bill, leg }, { billId, legId, reason, unknown }) =>
    accept<OrderEvent>(
      { type: 'LegFailed', data: { billId, legId, reason, unknown } },
      voided(bill, 'leg-failed', (one) => one !== leg || unknown),
    ),
);

const released = judged(
  ['asked', 'frozen', 'captured', 'releasing'],
  (_state, { bill, leg }, { billId, legId }) => {
    const gone: OrderEvent = { type: 'LegReleased', data: { billId, legId } };
    // A provider may let go of what it held on its own; then the other legs go too.
    return bill.status === 'open'
      ? accept<OrderEvent>(
          gone,
          voided(bill, 'leg-released', (one) => one !== leg),
        )
      : accept(gone);
  },
);

/** Legs are heard of in every status of the order: a bill may be long void when its last leg is let go. */
export const payingByLegsCommands: CommandRules<
  'ReportLegFrozen' | 'ReportLegCaptured' | 'ReportLegFailed' | 'ReportLegReleased'
> = {
  ReportLegFrozen: { emits: ['LegFrozen'], gate: [], mayRefuse: true, decide: frozen },
  ReportLegCaptured: {
    emits: ['LegCaptured', 'BillPaid', 'ReservationRequested', 'FulfilmentRequested'],
    gate: [],
    mayRefuse: true,
    decide: captured,
  },
  ReportLegFailed: { emits: ['LegFailed', 'BillVoided'], gate: [], mayRefuse: true, decide: failed },
  ReportLegReleased: { emits: ['LegReleased', 'BillVoided'], gate: [], mayRefuse: true, decide: released },
};

const toldAs =
  (status: LegStatus) =>
  (state: OrderState, { billId, legId }: Named): Change =>
    withBill(state, billId, (bill) => ({
      ...bill,
      legs: bill.legs.map((leg) => (leg.legId === legId ? { ...leg, status } : leg)),
    }));

export const payingByLegsEvents: EventFolds<'LegFrozen' | 'LegCaptured' | 'LegFailed' | 'LegReleased'> = {
  LegFrozen: toldAs('frozen'),
  LegCaptured: toldAs('captured'),
  LegFailed: toldAs('failed'),
  LegReleased: toldAs('released'),
};
