import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type {
  AddEvidenceData,
  OpenDisputeData,
  OrderEvent,
  RefundDue,
  RefundDueData,
  ResolveDisputeData,
} from '../../messages/generated/order.ts';
import type { Amount } from '../../money.ts';
import { disputedMoney, disputesOf, freeMoney, isDisputed } from '../disputes.ts';
import { keptMoney, refundAgainst, refundDue, refundOf } from '../giving-back.ts';
import { paymentNamed } from '../payments.ts';
import { refusePersonalText } from '../personal-text.ts';
import { leftOf } from '../refund-legs.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { Dispute, OrderState } from '../state.ts';
import { withRefundDue } from './refunding.ts';

// Money of an order is disputed, by its buyer or by the provider of a payment. Both sides say where their evidence stands, and
// somebody decides: then it goes back once, or not at all, and what is due besides and had to wait goes back too.

/** Nobody reads more than that. */
const MOST_EVIDENCE = 50;

/** What can be disputed of the order's money: what is there, and is not disputed yet. */
const disputable = (state: OrderState): Amount => keptMoney(state) - disputedMoney(state);

type Named = { readonly paymentId: string; readonly provider: string };

const paymentSaid = ({ paymentId, provider }: OpenDisputeData): Named | null =>
  paymentId === null ? null : { paymentId, provider: provider ?? '' };

/** What can be disputed of the payment that is named, or of all money; a rejection where there is no such payment. */
const mostOf = (state: OrderState, said: Named | null): Amount | Decision<never> => {
  if (said === null) return disputable(state);
  const payment = paymentNamed(state, said);
  return payment
    ? Math.min(disputable(state), leftOf(freeMoney(state), payment))
    : refuseContent('unknown-payment', `the order knows of no payment ${said.paymentId}`, '/paymentId');
};

const open = (state: OrderState, data: OpenDisputeData): Decision<OrderEvent> => {
  const { by, amount, code, paymentId, provider } = data;
  const disputeId = data.disputeId ?? `dispute-${disputesOf(state).length + 1}`;
  const known = disputesOf(state).find((one) => one.disputeId === disputeId);
  if (known) return refuseState('dispute-known', `${disputeId} is ${known.status} already`);
  if (by === 'provider' && paymentId === null)
    return refuseContent(
      'unknown-payment',
      'a provider disputes a payment of its own: name it',
      '/paymentId',
    );
  const most = mostOf(state, paymentSaid(data));
  if (typeof most !== 'number') return most;
  return amount > most
    ? refuseContent('amount-mismatch', `${most} at most can be disputed, not ${amount}`, '/amount')
    : accept({ type: 'DisputeOpened', data: { disputeId, by, amount, code, paymentId, provider } });
};

/** What is done with the open dispute that is named. */
const withDispute = (
  state: OrderState,
  disputeId: string,
  decide: (found: Dispute) => Decision<OrderEvent>,
): Decision<OrderEvent> => {
  const found = disputesOf(state).find((one) => one.disputeId === disputeId);
  if (!found) return refuseContent('unknown-dispute', `the order has no dispute ${disputeId}`, '/disputeId');
  return found.status === 'open'
    ? decide(found)
    : refuseState('dispute-resolved', `${disputeId} was decided ${found.status} already`);
};

const addEvidence = (state: OrderState, { disputeId, by, reference }: AddEvidenceData) =>
  withDispute(
    state,
    disputeId,
    ({ evidence }) =>
      refusePersonalText(reference, '/reference') ??
      (evidence.length < MOST_EVIDENCE
        ? accept({ type: 'EvidenceAdded', data: { disputeId, by, reference } })
        : refuseState('evidence-full', `${disputeId} has ${MOST_EVIDENCE} pieces of evidence; decide it`)),
  );

/** The order with the dispute decided. */
const resolvedIn = (
  state: OrderState,
  disputeId: string,
  end: Pick<Dispute, 'status' | 'refundId'>,
): OrderState => ({
  ...state,
  disputes: disputesOf(state).map((one) => (one.disputeId === disputeId ? { ...one, ...end } : one)),
});

/** What the buyer gets of it goes back. */
const refundDecided = (
  decided: OrderState,
  payment: Dispute['payment'],
  amount: Amount,
  context: OrderContext,
): RefundDue =>
  payment === null
    ? refundOf(decided, amount, context)
    : refundAgainst(decided, amount, [{ ...payment, amount }]);

/** Where the provider of a payment has won, it has taken the money already. */
const takenBy = ({ money }: OrderState, { refundId, amount }: RefundDueData): OrderEvent => {
  const last = money.refunds.every(({ confirmed }) => confirmed);
  return { type: 'RefundConfirmed', data: { refundId, amount, paymentId: null, provider: null, last } };
};

const resolve = (
  state: OrderState,
  { disputeId, outcome, amount, decidedBy, reason }: ResolveDisputeData,
  context: OrderContext,
): Decision<OrderEvent> =>
  withDispute(state, disputeId, ({ by, payment, amount: disputed }) => {
    const forBuyer = outcome === 'buyer';
    const isRight = forBuyer ? amount >= 1 && amount <= disputed : amount === 0;
    if (!isRight)
      return refuseContent(
        'amount-mismatch',
        forBuyer
          ? `the buyer gets 1 to ${disputed} of it, not ${amount}`
          : 'nothing goes back where it is decided for the seller',
        '/amount',
      );
    const refusal = refusePersonalText(decidedBy, '/decidedBy') ?? refusePersonalText(reason, '/reason');
    if (refusal) return refusal;
    const decided = resolvedIn(state, disputeId, { status: forBuyer ? 'for-buyer' : 'for-seller' });
    const due = forBuyer ? refundDecided(decided, payment, amount, context) : undefined;
    const behind = due ? { ...decided, money: withRefundDue(decided.money, due.data) } : decided;
    const released = Math.min(state.withheld ?? 0, keptMoney(behind) - disputedMoney(behind));
    const refundId = due?.data.refundId ?? null;
    return accept<OrderEvent>(
      {
        type: 'DisputeResolved',
        data: { disputeId, outcome, amount, decidedBy, reason, refundId, released },
      },
      ...(due ? [due] : []),
      ...(due && by === 'provider' ? [takenBy(state, due.data)] : []),
      ...refundDue(behind, released, context),
    );
  });

/** Wherever money can go back it can be disputed, whatever has become of the goods. */
const GATE = ['RefundDue'];
const canGoBack = (may: OrderContext['may']): boolean => GATE.some(may);

const whileOpen = {
  gate: GATE,
  applies: isDisputed,
  shutBy: (_state: OrderState, may: OrderContext['may']) =>
    canGoBack(may) ? refuseState('nothing-disputed', 'no dispute of the order is open') : undefined,
};

export const disputingCommands: CommandRules<'OpenDispute' | 'AddEvidence' | 'ResolveDispute'> = {
  OpenDispute: {
    emits: ['DisputeOpened'],
    gate: GATE,
    applies: (state) => disputable(state) > 0,
    shutBy: (_state, may) =>
      canGoBack(may)
        ? refuseState('nothing-to-dispute', 'the order has no money that is not disputed yet')
        : undefined,
    mayRefuse: true,
    decide: open,
  },
  AddEvidence: { emits: ['EvidenceAdded'], ...whileOpen, mayRefuse: true, decide: addEvidence },
  ResolveDispute: {
    emits: ['DisputeResolved', 'RefundDue', 'RefundConfirmed'],
    ...whileOpen,
    mayRefuse: true,
    needsActor: true,
    decide: resolve,
  },
};

export const disputingEvents: EventFolds<
  'DisputeOpened' | 'EvidenceAdded' | 'RefundWithheld' | 'DisputeResolved'
> = {
  DisputeOpened: (state, { disputeId, by, amount, code, paymentId, provider }) => {
    const payment = paymentId === null ? null : { paymentId, provider: provider ?? '' };
    const dispute: Dispute = { disputeId, by, amount, code, payment, evidence: [], status: 'open' };
    return { disputes: [...disputesOf(state), dispute] };
  },
  EvidenceAdded: (state, { disputeId, by, reference }) => ({
    disputes: disputesOf(state).map((one) =>
      one.disputeId === disputeId ? { ...one, evidence: [...one.evidence, { by, reference }] } : one,
    ),
  }),
  RefundWithheld: ({ withheld = 0 }, { amount }) => ({ withheld: withheld + amount }),
  DisputeResolved: (state, { disputeId, outcome, refundId, released }) => {
    const decided = resolvedIn(state, disputeId, {
      status: outcome === 'buyer' ? 'for-buyer' : 'for-seller',
      ...(refundId !== null && { refundId }),
    });
    const { withheld = 0 } = state;
    // The buyer has got by the dispute what cannot be withheld any more.
    return { disputes: disputesOf(decided), withheld: Math.min(withheld - released, disputedMoney(decided)) };
  },
};
