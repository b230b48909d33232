import {
  accept,
  defineStreamType,
  refuseContent,
  refuseMissing,
  refuseState,
  slotOf,
  slotOfOrderId,
  type Command,
  type Event,
  type Projection,
  type Registry,
  type StreamType,
} from '@orderloom/decider';
import type { Violation } from '@orderloom/engine';
import type { CommandSchemas, EdgeSearch } from '../options.ts';

// Just enough of a shop to answer every kind of request: an order that can be paid and cancelled, stock, and tenants.

type Place = Command<'PlaceOrder', { readonly buyerId: string; readonly total: number }>;
type Pay = Command<'ConfirmPayment', { readonly amount: number }>;
type Cancel = Command<'CancelOrder', { readonly reason: string }>;
type Note = Command<'AddNote', { readonly text: string }>;
type Placed = Event<
  'OrderPlaced',
  { readonly buyerId: string; readonly total: number; readonly payBy: number }
>;
type Paid = Event<'PaymentConfirmed', { readonly amount: number }>;
type Cancelled = Event<'OrderCancelled', { readonly reason: string }>;
type Noted = Event<'NoteAdded', { readonly text: string }>;
type Order = {
  readonly buyerId: string;
  readonly total: number;
  readonly payBy: number;
  readonly payment: string;
  /** Version of the last note. */
  readonly noted: number;
};

const PAY_WITHIN_MS = 60_000;

const order = defineStreamType<
  Order,
  Place | Pay | Cancel | Note,
  Placed | Paid | Cancelled | Noted,
  unknown
>({
  name: 'order',
  foldId: 'small-order-1',
  slotOf: (_, key) => slotOfOrderId(key),
  decider: {
    initialState: { buyerId: '', total: 0, payBy: 0, payment: 'none', noted: 0 },
    decide: (state, command, { now }) => {
      if (command.type === 'PlaceOrder')
        return accept({ type: 'OrderPlaced', data: { ...command.data, payBy: now + PAY_WITHIN_MS } });
      if (state.payment === 'none') return refuseMissing('unknown-order', 'there is no such order');
      if (command.type === 'AddNote') return accept({ type: 'NoteAdded', data: command.data });
      if (state.payment !== 'due') return refuseState('order-closed', `the payment is ${state.payment}`);
      if (command.type === 'CancelOrder') return accept({ type: 'OrderCancelled', data: command.data });
      return command.data.amount === state.total
        ? accept({ type: 'PaymentConfirmed', data: command.data })
        : refuseContent('wrong-amount', 'the amount is not what is outstanding', '/amount');
    },
    evolve: (state, event, { version }) => {
      if (event.type === 'OrderPlaced') return { ...event.data, payment: 'due', noted: version };
      if (event.type === 'NoteAdded') return { ...state, noted: version };
      return { ...state, payBy: 0, payment: event.type === 'PaymentConfirmed' ? 'paid' : 'void' };
    },
    isTerminal: (state) => state.payment !== 'due',
  },
  commands: {
    PlaceOrder: { emits: ['OrderPlaced'], creates: { slotKey: (data) => data.buyerId } },
    ConfirmPayment: { emits: ['PaymentConfirmed'] },
    CancelOrder: { emits: ['OrderCancelled'] },
    AddNote: { emits: ['NoteAdded'], decidesOn: () => 'note', needsActor: true },
  },
  explain: (state) => ({
    status: { payment: state.payment },
    allowedCommands: state.payment === 'due' ? ['ConfirmPayment', 'CancelOrder'] : [],
    mayRefuse: state.payment === 'due' ? ['ConfirmPayment'] : [],
  }),
  sections: ({ noted }) => ({ note: noted }),
  nextDeadline: ({ payBy }) =>
    payBy === 0
      ? undefined
      : {
          name: 'payment',
          due: payBy,
          command: { type: 'CancelOrder', data: { reason: 'not paid in time' } },
        },
});

/** A stream type that counts its one event. */
const counter = (name: string, command: string, event: string): StreamType<number> =>
  defineStreamType<number, Command, Event, unknown>({
    name,
    foldId: `small-${name}-1`,
    slotOf: (tenant, key) => slotOf(tenant, key),
    decider: {
      initialState: 0,
      decide: (_, { data }) => accept({ type: event, data }),
      evolve: (state) => state + 1,
      isTerminal: () => false,
    },
    commands: { [command]: { emits: [event] } },
    explain: (state) => ({
      status: { status: state > 0 ? 'open' : 'none' },
      allowedCommands: [command],
      mayRefuse: [],
    }),
  });

export const smallShop: Registry = {
  types: [
    order,
    counter('stock', 'ReceiveStock', 'StockReceived'),
    counter('tenant', 'CreateTenant', 'TenantCreated'),
  ],
  global: {
    type: 'tenant',
    clockOf: () => ({ mode: 'live' }),
    exists: (state) => Number(state) > 0,
    createdBy: ['CreateTenant'],
  },
  declaredCycles: [],
};

/** Words and beginnings of words, eight at most; an instant is no part of the sort key here. */
export const smallSearch: EdgeSearch = {
  read: (_, text) => {
    if (text.split('"').length % 2 === 0) return { fault: 'a quote in q is not closed' };
    const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    if (words.length === 0 || words.length > 8) return { fault: 'q has 1 to 8 words' };
    return { terms: words.map((word) => ({ words: [word], begins: true })) };
  },
  sortKeyAt: String,
};

/** The order as a view document, in lists by status and buyer. */
export const orderView: Projection<Order & { readonly at: number }> = {
  name: 'order',
  foldId: 'small-order-view-1',
  streamType: 'order',
  fold: (document, event) => ({
    ...order.decider.evolve(document ?? order.decider.initialState, event as unknown as Placed, {
      ...event,
      global: undefined,
    }),
    at: document?.at ?? event.sequence,
  }),
  lists: ({ payment, buyerId }) => ['all:', `status:payment.${payment}`, `buyer:${buyerId}`],
  counted: ['all', 'status'],
  text: ({ buyerId, total }) => [...buyerId.toLowerCase().split(/[^a-z0-9]+/), String(total)],
  sortKey: ({ at, buyerId }) => `${String(at).padStart(8, '0')} ${buyerId}`,
};

const data = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const amount = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const text = { type: 'string', minLength: 1, maxLength: 128 };

export const smallCommands: CommandSchemas = {
  order: {
    PlaceOrder: data({ buyerId: text, total: amount }),
    ConfirmPayment: data({ amount }),
    CancelOrder: data({ reason: text }),
    AddNote: data({ text }),
  },
  stock: { ReceiveStock: data({ quantity: amount }) },
  tenant: { CreateTenant: data({}) },
};

/** Checks data against the schemas above: names, kinds and the lower bound. */
export const smallViolations = (streamType: string, commandType: string, value: unknown): Violation[] => {
  if (typeof value !== 'object' || value === null) return [{ pointer: '', message: 'must be an object' }];
  const properties = (smallCommands[streamType]?.[commandType]?.['properties'] ?? {}) as Record<
    string,
    object
  >;
  const missing = Object.keys(properties).filter((name) => !(name in value));
  const wrong = Object.entries(value).filter(([name, said]) => {
    if (!(name in properties)) return true;
    return properties[name] === amount
      ? !(Number.isSafeInteger(said) && Number(said) >= 0)
      : typeof said !== 'string';
  });
  return [
    ...missing.map((name) => ({ pointer: `/${name}`, message: 'is missing' })),
    ...wrong.map(([name]) => ({ pointer: `/${name}`, message: 'is not known, or of another kind' })),
  ];
};
