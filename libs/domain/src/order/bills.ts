import { refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { BillVoided, OrderEvent } from '../messages/generated/order.ts';
import type { BillLeg } from '../messages/generated/types.ts';
import type { Bill, OrderState, Payment } from './state.ts';

// An order's bills: what is to be paid, divided among means of payment. All legs of a bill are taken, or all are let go.

type Leg = Bill['legs'][number];
export type LegStatus = Leg['status'];
/** A leg as its bill was issued with it. */
export const asIssued = ({ legId, kind, provider, amount }: Leg): BillLeg => ({
  legId,
  kind,
  provider,
  amount,
});

type Bills = Pick<OrderState, 'bills'>;

export const openBill = ({ bills }: Bills): Bill | undefined =>
  bills?.find(({ status }) => status === 'open');

export const billNamed = ({ bills }: OrderState, id: string): Bill | undefined =>
  bills?.find(({ billId }) => billId === id);

/** The bills with one of them changed. */
export const withBill = (
  { bills = [] }: Bills,
  billId: string,
  change: (bill: Bill) => Bill,
): { readonly bills: readonly Bill[] } => ({
  bills: bills.map((bill) => (bill.billId === billId ? change(bill) : bill)),
});

/** Nothing is held for the bill any more, or all of it was taken. */
const isOver = ({ status, legs }: Bill): boolean =>
  status === 'paid' || (status === 'void' && legs.every((leg) => leg.status !== 'releasing'));

export const areBillsOver = ({ bills }: OrderState): boolean => bills?.every(isOver) ?? true;

/** What the provider of a leg knows it by. */
export const paymentOfLeg = (billId: string, { legId, provider }: Pick<BillLeg, 'legId' | 'provider'>) => ({
  paymentId: `${billId}/${legId}`,
  provider,
});

/** Which leg of an open or void bill a payment's name is that of; what is said of it is said of the leg. */
export const refuseLeg = (
  { bills }: OrderState,
  said: Pick<Payment, 'paymentId' | 'provider'>,
): Decision<never> | undefined => {
  const isNamed = (bill: Bill): boolean =>
    bill.status !== 'paid' &&
    bill.legs.some(
      (leg) => leg.provider === said.provider && paymentOfLeg(bill.billId, leg).paymentId === said.paymentId,
    );
  return bills?.some(isNamed)
    ? refuseContent(
        'leg-of-bill',
        `${said.paymentId} is a leg of a bill: report what became of the leg`,
        '/paymentId',
      )
    : undefined;
};

/** Why nothing else can begin to be paid. */
export const refuseBeside = ({ billId }: Bill): Decision<never> =>
  refuseState('bill-open', `bill ${billId} is open; it must be paid or void before anything else is begun`);

/** A bill is void; every leg that may hold something is to be let go. */
export const voided = (
  { billId, legs }: Bill,
  cause: string,
  holds: (leg: Leg) => boolean = () => true,
): BillVoided => ({
  type: 'BillVoided',
  data: {
    billId,
    cause,
    release: legs.filter((leg) => leg.status !== 'failed' && holds(leg)).map(asIssued),
  },
});

/** Legs that are to be taken once one of them changes: all are frozen then, or taken; none before that. */
export const toCapture = ({ legs }: Bill, legId: string, status: LegStatus): readonly BillLeg[] => {
  const now = legs.map((leg) => (leg.legId === legId ? { ...leg, status } : leg));
  const isReady = now.every((leg) => leg.status === 'frozen' || leg.status === 'captured');
  return isReady ? now.filter((leg) => leg.status === 'frozen').map(asIssued) : [];
};

const endsBill = ({ type }: OrderEvent): boolean => type === 'BillVoided' || type === 'BillPaid';

/**
 * What was decided, behind the end of the bill that it makes worthless: something else is owed than what the bill is over.
 * `isOtherwise`: whether these events make it so.
 */
export const withoutStaleBill = (
  state: OrderState,
  decision: Decision<OrderEvent>,
  isOtherwise: (events: readonly OrderEvent[]) => boolean,
): Decision<OrderEvent> => {
  const bill = openBill(state);
  if (!bill || decision.outcome !== 'accepted') return decision;
  const { events } = decision;
  if (events.some(endsBill) || !isOtherwise(events)) return decision;
  return { ...decision, events: [voided(bill, 'superseded'), ...events] };
};
