import type { OrderEvent } from '@orderloom/domain';

// What an order means in a merchant's books. Every event moves amounts from account to account, so that all accounts
// together are zero behind each of them.

/** `receivable`: what buyers owe. `provider`: what providers have of it. `surplus`: what came and nobody owed. */
export const ACCOUNTS = ['receivable', 'provider', 'revenue', 'refunds-due', 'surplus'] as const;

export type Account = (typeof ACCOUNTS)[number];

/** An amount in minor units that an account gets; negative: that it gives. */
export type Posting = { readonly account: Account; readonly amount: number };

/** Account -> what it has; one that has nothing is left out. */
export type Balances = Readonly<Partial<Record<Account, number>>>;

type Posts<T extends OrderEvent['type']> = (
  data: Extract<OrderEvent, { type: T }>['data'],
  before: Balances,
) => readonly Posting[];

const move = (amount: number, from: Account, to: Account): readonly Posting[] =>
  amount === 0
    ? []
    : [
        { account: to, amount },
        { account: from, amount: -amount },
      ];

/** No longer owed: it was never earned. */
const notOwed = (amount: number, { receivable = 0 }: Balances): readonly Posting[] =>
  move(Math.min(amount, receivable), 'receivable', 'revenue');

const nothing = (): readonly Posting[] => [];
const allIsOff = (_data: object, before: Balances): readonly Posting[] => notOwed(Infinity, before);

/** What each event posts: one that is missing here does not compile. */
const posts: { readonly [T in OrderEvent['type']]: Posts<T> } = {
  OrderPlaced: ({ total }) => move(total, 'revenue', 'receivable'),
  PaymentConfirmed: ({ amount }) => move(amount, 'receivable', 'provider'),
  BillPaid: ({ amount }) => move(amount, 'receivable', 'provider'),
  ChargesAdjusted: ({ before, after }) =>
    move(after.outstanding - before.outstanding, 'revenue', 'receivable'),
  SurplusReceived: ({ amount }) => move(amount, 'surplus', 'provider'),
  LinesCancelled: ({ amount }, before) => notOwed(amount, before),
  ReturnResolved: ({ amount }, before) => notOwed(amount, before),
  OrderCancelled: allIsOff,
  PaymentTimedOut: allIsOff,
  StatusOverridden: ({ region, status }, before) =>
    region === 'payment' && status === 'void' ? allIsOff({}, before) : [],
  // What nobody owed goes back first; the rest was earned before.
  RefundDue: ({ amount }, { surplus = 0 }) => {
    const ofSurplus = Math.min(amount, -surplus);
    return [
      ...move(ofSurplus, 'refunds-due', 'surplus'),
      ...move(amount - ofSurplus, 'refunds-due', 'revenue'),
    ];
  },
  RefundConfirmed: ({ amount }) => move(amount, 'provider', 'refunds-due'),
  OrderConfirmed: nothing,
  ReminderSent: nothing,
  AliasRefused: nothing,
  VerdictGiven: nothing,
  OrderCompleted: nothing,
  OrderReviewed: nothing,
  DeadlineRescheduled: nothing,
  // An order that is not approved is cancelled in the same decision.
  ApprovalDeclined: nothing,
  ApprovalExpired: nothing,
  ApprovalRequested: nothing,
  OrderApproved: nothing,
  BillIssued: nothing,
  // What its legs hold is nobody's yet: it moves once, when all of them are taken.
  BillVoided: nothing,
  DeliveryCompleted: nothing,
  DisputeOpened: nothing,
  // What it gives back is a refund, and posted with it.
  DisputeResolved: nothing,
  EvidenceAdded: nothing,
  // It is posted once it is due.
  RefundWithheld: nothing,
  FulfilmentAnswered: nothing,
  FulfilmentReduced: nothing,
  FulfilmentRequested: nothing,
  FulfilmentUnanswered: nothing,
  HoldReleased: nothing,
  ItineraryJoined: nothing,
  ItineraryLeft: nothing,
  LegCaptured: nothing,
  LegFailed: nothing,
  LegFrozen: nothing,
  LegReleased: nothing,
  LinesDelivered: nothing,
  LinesPicked: nothing,
  LinesRelocated: nothing,
  LinesReordered: nothing,
  LinesReserved: nothing,
  LinesShipped: nothing,
  NoteAdded: nothing,
  LifecycleMigrated: nothing,
  OrderHeld: nothing,
  PaymentFailed: nothing,
  PaymentMismatchReported: nothing,
  PaymentStarted: nothing,
  PaymentUnknown: nothing,
  PaymentVoided: nothing,
  ReceiverEdited: nothing,
  ReplacementDue: nothing,
  ReservationRefused: nothing,
  ReservationRequested: nothing,
  ReservationReturned: nothing,
  ReturnApproved: nothing,
  ReturnInspected: nothing,
  ReturnReceived: nothing,
  ReturnRequested: nothing,
  ReturnShipped: nothing,
  ShortageReported: nothing,
  WorkClaimed: nothing,
  WorkReleased: nothing,
};

/** What an order's event posts, behind what was posted of the order before. */
export const postingsOf = (event: OrderEvent, before: Balances): readonly Posting[] =>
  (posts[event.type] as Posts<OrderEvent['type']>)(event.data, before);

/** The accounts behind some postings; the same object where nothing is posted. */
export const posted = (before: Balances, postings: readonly Posting[]): Balances => {
  if (postings.length === 0) return before;
  const after: Partial<Record<Account, number>> = {};
  for (const account of ACCOUNTS) {
    let balance = before[account] ?? 0;
    for (const posting of postings) if (posting.account === account) balance += posting.amount;
    if (balance !== 0) after[account] = balance;
  }
  return after;
};

export const noBalances: Balances = {};
