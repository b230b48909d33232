import type { Deadline } from '@orderloom/decider';
import type { OrderPlacedData } from '../messages/generated/order.ts';
import type { BillLeg, LineQuantity, RefundLeg } from '../messages/generated/types.ts';
import type { Amount } from '../money.ts';

/** What was agreed when the order was placed; of it shipping, fees and total change where an operator adjusts them. The receiver, and how it is to be paid, stay in the event. */
export type Placed = Omit<
  OrderPlacedData,
  | 'lifecycle'
  | 'receiver'
  | 'tokens'
  | 'due'
  | 'policyVersion'
  | 'reserveLater'
  | 'fields'
  | 'paymentMethod'
  | 'paymentTimeout'
> & {
  /** Left out where there are none, as in almost every order. */
  readonly fields?: OrderPlacedData['fields'];
};

/**
 * Units of one line, by what became of them. Always: 0 <= delivered <= shipped <= picked, picked + short <= quantity -
 * cancelled, shipped + reserved + asked <= quantity, returning + returned <= delivered.
 */
export type LineCounts = {
  /** Asked of stock, no answer yet. */
  readonly asked: number;
  /** Held by stock, not shipped yet. */
  readonly reserved: number;
  /** Missing, not ordered again yet. */
  readonly short: number;
  /** Taken from the shelf, shipped ones included. */
  readonly picked: number;
  readonly shipped: number;
  readonly delivered: number;
  readonly cancelled: number;
  /** On the way back: the return is not resolved. */
  readonly returning: number;
  /** Came back and were accepted. */
  readonly returned: number;
};

export type Parcel = {
  readonly parcelId: string;
  readonly lines: readonly LineQuantity[];
  readonly delivered: boolean;
};

/** What one warehouse was asked to send; its name is its place in the order. */
export type Part = {
  readonly location: string;
  /** None: nothing of it is to be sent any more. */
  readonly lines: readonly LineQuantity[];
  readonly shipped: boolean;
  /** The warehouse was asked as often as it should be, and has not answered. */
  readonly unanswered: boolean;
};

export type Return = {
  readonly returnId: string;
  readonly lines: readonly LineQuantity[];
  readonly status: 'open' | 'accepted' | 'declined';
  /** What was accepted is sent again; left out where its money went back. */
  readonly exchanged?: true;
  /** How far it is on its way back; left out before anybody has said so, and once it is resolved. */
  readonly stage?: 'approved' | 'in-transit' | 'received' | 'inspected';
  /** What of it the inspection has found good; left out before. */
  readonly accepted?: readonly LineQuantity[];
};

/** Money that goes back against the payments that brought it. It is confirmed once each of its legs is. */
export type Refund = {
  readonly refundId: string;
  readonly amount: Amount;
  readonly confirmed: boolean;
  readonly legs: readonly (RefundLeg & { readonly confirmed: boolean })[];
};

/**
 * One payment, as its provider names it. `started`: it is under way. `unknown`, `mismatched`: nobody could find out what
 * became of it, or what is there is not what was expected. `surplus`: what came of it was not owed, and goes back.
 */
export type Payment = {
  readonly paymentId: string;
  readonly provider: string;
  /** What it was started with; `null`: nobody said that it started. */
  readonly amount: Amount | null;
  readonly status: 'started' | 'unknown' | 'mismatched' | 'failed' | 'confirmed' | 'surplus';
  /** What of it pays the order. */
  readonly paid: Amount;
  /** What it was paid with, where a bill said so. */
  readonly kind?: string;
  /** What came of it beyond what was owed. */
  readonly surplus: Amount;
  /** The version that the order had when it started; left out where nobody said that it did. */
  readonly started?: number;
};

/** The order's money as it moved, in minor units. total = reduced + paid + what is outstanding. */
export type Money = {
  readonly paid: Amount;
  /** No longer owed, because it was cancelled or came back before it was paid. */
  readonly reduced: Amount;
  readonly refunds: readonly Refund[];
  readonly payments: readonly Payment[];
};

/**
 * What is to be paid, divided among means of payment. `open`: its legs are being frozen and taken. `void`: they are let
 * go, if they are not yet.
 */
export type Bill = {
  readonly billId: string;
  readonly purpose: string;
  readonly amount: Amount;
  /** When it is void unless it is paid, ms since 1970 UTC. */
  readonly expires: number;
  /** When the balance behind this deposit is to be paid, ms since 1970 UTC; `null`: it is none. */
  readonly balanceDue: number | null;
  readonly status: 'open' | 'paid' | 'void';
  readonly legs: readonly (BillLeg & {
    readonly status: 'asked' | 'frozen' | 'captured' | 'failed' | 'releasing' | 'released';
  })[];
};

/** Money of the order that somebody disputes. While it is `open` that money goes nowhere. */
export type Dispute = {
  readonly disputeId: string;
  readonly by: string;
  readonly amount: Amount;
  readonly code: string;
  /** The payment that it is about; `null`: the order's money, whoever brought it. */
  readonly payment: { readonly paymentId: string; readonly provider: string } | null;
  readonly evidence: readonly { readonly by: string; readonly reference: string }[];
  readonly status: 'open' | 'for-buyer' | 'for-seller';
  /** The refund that it came to; left out where there is none. */
  readonly refundId?: string;
};

/** Somebody does not want anything of the order to leave. */
export type Hold = { readonly holdId: string; readonly reason: string };

/** Somebody works on the order in one of the lists of work, until an instant. */
export type Claim = {
  readonly list: string;
  readonly by: string;
  /** ms since 1970 UTC. */
  readonly until: number;
};

/** What operators did with an order. */
export type Handling = {
  /** Those that are not released. */
  readonly holds: readonly Hold[];
  /** How many there ever were. */
  readonly held: number;
  /** Version of the event that last changed the receiver, or of the first one. */
  readonly receiverVersion: number;
  /** Version of the last note, or of the first event. */
  readonly noteVersion: number;
  /** At most one for each list; one that is over is as if it were not there. */
  readonly claims: readonly Claim[];
};

/** What will be done at an instant. */
export type OrderDeadline = Deadline & {
  /** Not while a status lasts in which it waits. */
  readonly asleep?: true;
  /** When it began, ms; left out where that was with the order. */
  readonly since?: number;
  /** Name of the payment time-out of the policy that gave its instant; left out where none did. */
  readonly by?: string;
};

/** How it was, as its buyer has said; `rating` is `null` where nobody has. */
export type Review = { readonly rating: number | null };

/** One order. A JSON value of few fields, each replaced as a whole. */
export type OrderState = {
  /** The lifecycle it follows, `name@version#hash`; '' before it is placed. */
  readonly lifecycle: string;
  /** Index into the lifecycle's statuses. */
  readonly status: number;
  readonly deadline: OrderDeadline | null;
  /** Those beside the first; left out where there are none, as for almost every order. */
  readonly otherDeadlines?: readonly OrderDeadline[];
  readonly placed: Placed;
  /** What became of each line, in the order of `placed.lines`. */
  readonly lines: readonly LineCounts[];
  readonly money: Money;
  /** Version of the last event that touched the money. */
  readonly paymentVersion: number;
  /** Version of the last event that touched the goods. */
  readonly fulfilmentVersion: number;
  /** `null`: no operator has touched it, as almost no order is. */
  readonly handling: Handling | null;
  /** Left out where there never was one, as in almost every order. */
  readonly bills?: readonly Bill[];
  /** Left out where there never was one, as in almost every order. */
  readonly disputes?: readonly Dispute[];
  /** What is due to the buyer once disputes are decided, in minor units; left out where nothing is. */
  readonly withheld?: Amount;
  readonly parcels: readonly Parcel[];
  /** Each warehouse's part of it, where they are asked for one. */
  readonly parts: readonly Part[];
  readonly returns: readonly Return[];
  readonly reminders: number;
  /** Left out before it was reviewed. */
  readonly review?: Review;
  /** The itinerary whose other legs it waits for; left out where it waits for none, as almost every order. */
  readonly itinerary?: string;
};

/** What an event changes; everything else stays as it is. Status, deadline and versions are not a slice's to change. */
export type Change = {
  readonly lifecycle?: string;
  readonly placed?: Placed;
  readonly lines?: readonly LineCounts[];
  readonly money?: Money;
  readonly handling?: Handling | null;
  readonly parcels?: readonly Parcel[];
  readonly parts?: readonly Part[];
  readonly returns?: readonly Return[];
  readonly reminders?: number;
  readonly review?: Review;
  readonly bills?: readonly Bill[];
  /** `null`: it waits for no other order any more. */
  readonly itinerary?: string | null;
  readonly disputes?: readonly Dispute[];
  readonly withheld?: Amount;
};

export const untouched: LineCounts = {
  asked: 0,
  reserved: 0,
  short: 0,
  picked: 0,
  shipped: 0,
  delivered: 0,
  cancelled: 0,
  returning: 0,
  returned: 0,
};

export const noOrder: OrderState = {
  lifecycle: '',
  status: 0,
  deadline: null,
  placed: {
    buyerId: null,
    merchantId: null,
    currency: '',
    lines: [],
    shipping: 0,
    fees: 0,
    discount: 0,
    total: 0,
    externalId: null,
  },
  lines: [],
  money: { paid: 0, reduced: 0, refunds: [], payments: [] },
  paymentVersion: 0,
  fulfilmentVersion: 0,
  handling: null,
  parcels: [],
  parts: [],
  returns: [],
  reminders: 0,
};

const notHandled: Handling = { holds: [], held: 0, receiverVersion: 1, noteVersion: 1, claims: [] };

export const handlingOf = ({ handling }: OrderState): Handling => handling ?? notHandled;

/** The order without any hold: nothing is left that could leave. */
export const letGo = ({ handling }: OrderState): Handling | null =>
  handling === null || handling.holds.length === 0 ? handling : { ...handling, holds: [] };

/** Whether the order exists. */
export const isPlaced = (state: OrderState): boolean => state.lifecycle !== '';
