import type { RecordedEvent } from '@orderloom/decider';
import {
  isAboutLeg,
  paymentOfLeg,
  type BillPaidData,
  type OrderState,
  type OwnMovement,
  type PaymentConfirmedData,
  type RefundConfirmedData,
  type SurplusReceivedData,
} from '@orderloom/domain';
import type { Stored } from './stream-view.ts';

/** Money of an order that a provider has said to have moved. */
export type Settled = {
  readonly provider: string;
  readonly paymentId: string;
  readonly moved: OwnMovement['moved'];
  /** Minor units. */
  readonly amount: number;
  /** Day on which it was recorded, UTC: 2026-11-27. */
  readonly day: string;
};

type Moved = Pick<Settled, 'provider' | 'paymentId' | 'moved' | 'amount'>;
type Before = Pick<OrderState, 'money'> | undefined;

const DAY_LENGTH = 10;
/** An order that gets money again and again must not make the document grow without end. */
const MOST = 40;

const paidBy = ({ provider, paymentId, amount }: PaymentConfirmedData | SurplusReceivedData): Moved => ({
  ...{ provider, paymentId, amount, moved: 'paid' },
});

/** What goes back against each payment: the one that is named, or all that are not back yet. */
const refundedBy = (said: RefundConfirmedData, before: Before): readonly Moved[] => {
  const refund = before?.money.refunds.find(({ refundId }) => refundId === said.refundId);
  const legs = refund?.legs.filter((leg) => !leg.confirmed && isAboutLeg(said, leg));
  return (legs ?? []).map((leg) => ({
    ...{ provider: leg.provider, paymentId: leg.paymentId, amount: leg.amount, moved: 'refunded' },
  }));
};

const movedBy = ({ type, data }: RecordedEvent, before: Before): readonly Moved[] => {
  switch (type) {
    case 'PaymentConfirmed':
      return [paidBy(data as PaymentConfirmedData)];
    case 'SurplusReceived':
      return [paidBy(data as SurplusReceivedData)];
    case 'BillPaid': {
      const { billId, legs } = data as BillPaidData;
      return legs.map((leg) => ({ ...paymentOfLeg(billId, leg), amount: leg.amount, moved: 'paid' }));
    }
    case 'RefundConfirmed':
      return refundedBy(data as RefundConfirmedData, before);
    default:
      return [];
  }
};

const DAY_MS = 86_400_000;
/** Text of the day that was asked for last: that of almost every other event too. */
let last = { number: 0, text: '1970-01-01' };

const dayOf = (at: number): string => {
  const number = Math.floor(at / DAY_MS);
  if (number !== last.number) last = { number, text: new Date(at).toISOString().slice(0, DAY_LENGTH) };
  return last.text;
};

/** What was settled behind an event; the same object where it moves nothing. `before`: the state in front of it. */
export const settledAfter = (
  settled: readonly Settled[],
  event: RecordedEvent,
  before: Before,
): readonly Settled[] => {
  const moved = movedBy(event, before);
  if (moved.length === 0) return settled;
  const day = dayOf(event.recordedAt);
  return [...settled, ...moved.map((one) => ({ ...one, day }))].slice(-MOST);
};

export const nothingSettled: readonly Settled[] = [];

/** The list of the orders of which a provider has moved money on a day. */
export const settledList = (provider: string, day: string): string => `settled:${day}.${provider}`;

export const settledLists = (settled: readonly Settled[]): readonly string[] => [
  ...new Set(settled.map(({ provider, day }) => settledList(provider, day))),
];

/** What an order's document says of a provider, as a statement is held against it. `id`: the order's. */
export const settledOf = (
  { id, document }: Stored<{ readonly settled: readonly Settled[]; readonly state: OrderState }>,
  provider: string,
): readonly OwnMovement[] =>
  document.settled
    .filter((one) => one.provider === provider)
    .map(({ moved, paymentId, amount, day }) => ({
      ...{ orderId: id, moved, paymentId, amount, day, currency: document.state.placed.currency },
    }));
