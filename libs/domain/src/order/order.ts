import { refuseMissing, refuseState, type Decider, type Decision } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import { isOver } from './at-rest.ts';
import { deadlinesAfter } from './deadlines.ts';
import { withoutStaleBill } from './bills.ts';
import { outstanding, refuseDisputed } from './giving-back.ts';
import { indexOfStatus, type Lifecycle } from './lifecycle/compiled.ts';
import type { Stepper } from './lifecycle/stepper.ts';
import { notNow } from './not-now.ts';
import { lifecycleOf } from './published.ts';
import { touchedBy } from './sections.ts';
import { withFollowUps } from './follow-ups.ts';
import type { EvolveOrder, OrderContext } from './slice.ts';
import { type Change, isPlaced, noOrder, type OrderState } from './state.ts';
import { withVerdicts } from './verdicts.ts';
import { isBeside, orderCommands, orderEvents, symbolOf } from './vocabulary.ts';

const commandsThatEmit = (event: OrderEvent['type']): ReadonlySet<string> =>
  new Set(
    Object.entries(orderCommands).flatMap(([type, { emits }]) => (emits.includes(event) ? [type] : [])),
  );

/** Commands after which somebody may have to be asked for goods. */
const asking = {
  stock: commandsThatEmit('ReservationRequested'),
  warehouses: commandsThatEmit('FulfilmentRequested'),
};

/** The status behind an event; -1: it cannot follow. */
const statusBehind = (
  stepper: Stepper,
  lifecycle: Lifecycle,
  status: number,
  event: OrderEvent,
  symbol = symbolOf(event),
): number => (isBeside(event.type) ? status : stepper.next(lifecycle, status, symbol));

/** Where the status goes with these events, one behind the other; -1: they are no legal continuation. */
const walk = (
  stepper: Stepper,
  lifecycle: Lifecycle,
  from: number,
  events: readonly OrderEvent[],
): number => {
  let status = from;
  for (const event of events) {
    status = statusBehind(stepper, lifecycle, status, event);
    if (status < 0) return -1;
  }
  return status;
};

/** What an event changes of the order. */
const fold = (state: OrderState, event: OrderEvent, context: EvolveOrder): Change => {
  // Every fold takes the data of its own event; the union of all of them has no common parameter.
  const ofType = orderEvents[event.type] as (state: OrderState, data: object, context: EvolveOrder) => Change;
  return ofType(state, event.data, context);
};

/** Whether events make an order owe something else than before, or nobody knows what it owes. */
const changesWhatIsOwed = (
  state: OrderState,
  events: readonly OrderEvent[],
  context: EvolveOrder,
): boolean => {
  let now = state;
  for (const event of events) {
    if (event.type === 'PaymentMismatchReported') return true;
    const { placed = now.placed, money = now.money, lines = now.lines } = fold(now, event, context);
    now = { ...now, placed, money, lines };
  }
  return outstanding(now) !== outstanding(state);
};

const decideOrder =
  (stepper: Stepper): Decider<OrderState, OrderCommand, OrderEvent, TenantState>['decide'] =>
  (state, command, context) => {
    const { stream, global } = context;
    const rule = orderCommands[command.type];
    // Every rule decides the data of its own command; the union of all of them has no common parameter.
    const decide = rule.decide as (
      state: OrderState,
      data: object,
      context: OrderContext,
    ) => Decision<OrderEvent>;
    if (command.type === 'PlaceOrder') {
      if (isPlaced(state)) return refuseState('order-exists', `order ${stream.key} exists`);
      return decide(state, command.data, { ...context, lifecycle: undefined, may: () => false });
    }
    const lifecycle = isPlaced(state) ? lifecycleOf(global, state.lifecycle) : undefined;
    if (!lifecycle) return refuseMissing('unknown-order', `there is no order ${stream.key}`);
    const may = (symbol: string): boolean => stepper.next(lifecycle, state.status, symbol) >= 0;
    if (rule.gate.length === 0 || (rule.gate.some(may) && (rule.applies?.(state) ?? true))) {
      const said = decide(state, command.data, { ...context, lifecycle, may });
      const decision = withoutStaleBill(state, refuseDisputed(state, rule, said), (events) =>
        changesWhatIsOwed(state, events, { ...context, recordedAt: context.now, version: 0 }),
      );
      if (decision.outcome !== 'accepted' || walk(stepper, lifecycle, state.status, decision.events) >= 0)
        return decision;
    }
    return notNow({ stepper, lifecycle, state }, command.type, rule);
  };

/** Where an order begins to follow a lifecycle; `undefined`: the event begins nothing. */
const begins = (lifecycle: Lifecycle, event: OrderEvent): number | undefined => {
  if (event.type === 'OrderPlaced') return 0;
  if (event.type !== 'LifecycleMigrated') return undefined;
  const { statuses } = event.data;
  return indexOfStatus(lifecycle, Object.fromEntries(statuses.map(({ region, status }) => [region, status])));
};

const evolveOrder =
  (stepper: Stepper): Decider<OrderState, OrderCommand, OrderEvent, TenantState>['evolve'] =>
  (state, event, context) => {
    const change = fold(state, event, context);
    const ref = change.lifecycle ?? state.lifecycle;
    const lifecycle = lifecycleOf(context.global, ref);
    if (!lifecycle) throw new Error(`order ${context.stream.key} follows ${ref}, which is not published`);
    const symbol = symbolOf(event);
    const status = begins(lifecycle, event) ?? statusBehind(stepper, lifecycle, state.status, event, symbol);
    if (status < 0)
      throw new Error(`${event.type} cannot follow in version ${context.version} of ${context.stream.key}`);
    const touched = touchedBy(event);
    const behind = { event, symbol, lifecycle, status, recordedAt: context.recordedAt };
    const { deadline, otherDeadlines } = deadlinesAfter(state, behind);
    const review = change.review ?? state.review;
    const bills = change.bills ?? state.bills;
    const disputes = change.disputes ?? state.disputes;
    const withheld = change.withheld ?? state.withheld;
    const itinerary = change.itinerary === undefined ? state.itinerary : (change.itinerary ?? undefined);
    const next: OrderState = {
      lifecycle: ref,
      status,
      deadline,
      placed: change.placed ?? state.placed,
      lines: change.lines ?? state.lines,
      money: change.money ?? state.money,
      paymentVersion: touched.payment ? context.version : state.paymentVersion,
      fulfilmentVersion: touched.fulfilment ? context.version : state.fulfilmentVersion,
      handling: change.handling ?? state.handling,
      parcels: change.parcels ?? state.parcels,
      parts: change.parts ?? state.parts,
      returns: change.returns ?? state.returns,
      reminders: change.reminders ?? state.reminders,
    };
    // What almost no order has is no member of its state.
    if (
      otherDeadlines === undefined &&
      review === undefined &&
      bills === undefined &&
      itinerary === undefined &&
      disputes === undefined
    )
      return next;
    return {
      ...next,
      ...(otherDeadlines && { otherDeadlines }),
      ...(review && { review }),
      ...(bills && { bills }),
      ...(disputes && { disputes }),
      ...(withheld && { withheld }),
      ...(itinerary !== undefined && { itinerary }),
    };
  };

/** The order: what may happen to it, and what that makes of it. */
export const orderDecider = (
  stepper: Stepper,
): Decider<OrderState, OrderCommand, OrderEvent, TenantState> => {
  const evolve = evolveOrder(stepper);
  const decide = withVerdicts(stepper, { decide: decideOrder(stepper), evolve });
  return {
    initialState: noOrder,
    decide: withFollowUps(stepper, { decide, evolve }, asking),
    evolve,
    isTerminal: isOver,
  };
};
