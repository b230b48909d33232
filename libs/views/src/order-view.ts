import type { Projection, RecordedEvent } from '@orderloom/decider';
import {
  orderStreamType,
  paymentOfLeg,
  tableStepper,
  type BillPaidData,
  type NoteAddedData,
  type OrderEvent,
  type AliasRefusedData,
  type OrderPlacedData,
  type OrderState,
  type ReceiverEditedData,
  type TenantState,
} from '@orderloom/domain';
import { base64 } from './base64.ts';
import { noBalances, posted, postingsOf, type Balances } from './ledger/postings.ts';
import { fieldList } from './order-lists.ts';
import type { OrderDocument, OrderNote, PaymentNote, SealedReceiver } from './order-document.ts';
import { orderWords } from './order-words.ts';
import { nothingSettled, settledAfter, settledLists } from './settled.ts';
import { streamView, type StreamDocument } from './stream-view.ts';
import { tokenWord } from './text/words.ts';
import { workAfter } from './work/order-work.ts';
import { claimedBy, workInstants } from './work/work-instants.ts';

/** A provider that fails on and on must not make the document grow without end. */
const PAYMENTS_SHOWN = 20;
const NOTES_SHOWN = 50;

const nameOf = (lifecycle: string): string => lifecycle.slice(0, lifecycle.indexOf('@'));

const listsOf = ({ state }: StreamDocument<OrderState>): readonly string[] => {
  const lists = [`lifecycle:${nameOf(state.lifecycle)}`];
  if (state.placed.buyerId !== null) lists.push(`buyer:${state.placed.buyerId}`);
  if (state.placed.merchantId !== null) lists.push(`merchant:${state.placed.merchantId}`);
  for (const [name, value] of Object.entries(state.placed.fields ?? {})) lists.push(fieldList(name, value));
  for (const { list, by } of state.handling?.claims ?? []) lists.push(claimedBy(list, by));
  return lists;
};

const states = streamView<OrderState, TenantState>(orderStreamType({ stepper: tableStepper }), {
  lists: listsOf,
});

/** An event that says who gets the goods. */
const receiving = ({ type, data }: RecordedEvent): OrderPlacedData | ReceiverEditedData | undefined =>
  type === 'OrderPlaced' || type === 'ReceiverEdited'
    ? (data as OrderPlacedData | ReceiverEditedData)
    : undefined;

const receiverAfter = (receiver: SealedReceiver | null, event: RecordedEvent): SealedReceiver | null => {
  const sealed = receiving(event)?.receiver;
  if (sealed === undefined) return receiver;
  if (sealed === null) return null;
  const { subject, keyId, nonce, ciphertext } = sealed;
  return { subject, keyId, nonce: base64(nonce), ciphertext: base64(ciphertext) };
};

const tokensAfter = (tokens: readonly string[], event: RecordedEvent): readonly string[] =>
  receiving(event)?.tokens.map(tokenWord) ?? tokens;

/** What an event says of a payment. */
const PAYMENT_EVENTS: Readonly<Record<string, PaymentNote['status']>> = {
  PaymentStarted: 'started',
  PaymentConfirmed: 'confirmed',
  SurplusReceived: 'surplus',
  PaymentFailed: 'failed',
  PaymentUnknown: 'unknown',
  PaymentMismatchReported: 'mismatched',
};

type PaymentSaid = Pick<PaymentNote, 'paymentId' | 'provider'> &
  Partial<Pick<PaymentNote, 'amount' | 'reason'>>;

/** Each leg of a bill that is paid is a payment. */
const paidLegs = ({ billId, legs }: BillPaidData, at: number): readonly PaymentNote[] =>
  legs.map((leg) => ({
    ...{ ...paymentOfLeg(billId, leg), status: 'confirmed', amount: leg.amount, reason: null, at },
  }));

const notesOf = ({ type, data, recordedAt: at }: RecordedEvent): readonly PaymentNote[] => {
  if (type === 'BillPaid') return paidLegs(data as BillPaidData, at);
  const status = Object.hasOwn(PAYMENT_EVENTS, type) ? PAYMENT_EVENTS[type] : undefined;
  if (status === undefined) return [];
  const { paymentId, provider, amount = null, reason = null } = data as PaymentSaid;
  return [{ paymentId, provider, status, amount, reason, at }];
};

const paymentsAfter = (payments: readonly PaymentNote[], event: RecordedEvent): readonly PaymentNote[] => {
  const said = notesOf(event);
  return said.length > 0 ? [...payments, ...said].slice(-PAYMENTS_SHOWN) : payments;
};

const notesAfter = (notes: readonly OrderNote[], event: RecordedEvent): readonly OrderNote[] => {
  if (event.type !== 'NoteAdded') return notes;
  const { text } = event.data as NoteAddedData;
  return [...notes.slice(1 - NOTES_SHOWN), { text, actor: event.actor, at: event.recordedAt }];
};

const aliasAfter = (refused: string | null, event: RecordedEvent): string | null =>
  event.type === 'AliasRefused' ? (event.data as AliasRefusedData).code : refused;

const ledgerAfter = (before: Balances, { type, data }: RecordedEvent): Balances =>
  posted(before, postingsOf({ type, data } as OrderEvent, before));

/** The ledgers that an order's amounts stand in: that of all, and its merchant's. */
const ledgersOf = ({ state: { placed } }: OrderDocument): readonly string[] =>
  placed.merchantId === null ? ['all:'] : ['all:', `merchant:${placed.merchantId}`];

/**
 * Lists: `all:`, `status:<region>.<status>` for each region, `lifecycle:<name>`, and where the order names them
 * `buyer:<id>`, `merchant:<id>`, `field:<name>=<text>`; the order id is the sort key, so newest is last. Found by
 * `orderWords`. In queues by `workInstants`; `claimed-by:<list>/<actor>` where somebody has claimed it there; `settled:<day>.<provider>` where
 * a provider has moved money of it. Its ledger
 * adds up in `all:` and `merchant:<id>`.
 */
export const orderView: Projection<OrderDocument, TenantState> = {
  ...states,
  foldId: `${states.foldId}/words-3/work-5/payments-3/ledger-1/settled-1`,
  counted: ['all', 'status', 'lifecycle', 'merchant'],
  lists: (document) => {
    const lists = states.lists(document);
    return document.settled.length === 0 ? lists : [...lists, ...settledLists(document.settled)];
  },
  text: orderWords,
  instants: workInstants,
  sums: (document) => ({
    lists: ledgersOf(document),
    unit: document.state.placed.currency,
    amounts: document.ledger,
  }),
  fold: (document, event, global) => {
    const { key, status, createdAt, updatedAt, state } = states.fold(
      document,
      event,
      global,
    ) as OrderDocument;
    const receiver = receiverAfter(document?.receiver ?? null, event);
    const payments = paymentsAfter(document?.payments ?? [], event);
    const tokens = tokensAfter(document?.tokens ?? [], event);
    const notes = notesAfter(document?.notes ?? [], event);
    const aliasRefused = aliasAfter(document?.aliasRefused ?? null, event);
    const work = workAfter(document?.work, { state, at: event.recordedAt }, global);
    const ledger = ledgerAfter(document?.ledger ?? noBalances, event);
    const settled = settledAfter(document?.settled ?? nothingSettled, event, document?.state);
    const folded = { key, status, createdAt, updatedAt, state };
    return { ...folded, receiver, payments, tokens, notes, aliasRefused, work, ledger, settled };
  },
};
