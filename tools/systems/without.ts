// The product without one of its mechanisms, where a value that it takes can be another one.
import {
  refuseState,
  type Command,
  type DecideContext,
  type Decision,
  type Event,
  type EvolveContext,
  type Registry,
} from '@orderloom/decider';
import {
  domainRegistry,
  tableStepper,
  type BillVoidedData,
  type EffectState,
  type OrderState,
  type StockState,
  type Stepper,
  type TenantState,
} from '@orderloom/domain';
import type { EventLog } from '@orderloom/engine';

/** What may not follow leaves the order where it is. */
export const anythingFollows: Stepper = {
  name: 'table',
  next: (lifecycle, status, symbol) => {
    const next = tableStepper.next(lifecycle, status, symbol);
    return next < 0 ? status : next;
  },
};

type AnyType = Registry['types'][number];

/** The registry with one of its stream types changed. */
const withType = (registry: Registry, name: string, change: (type: AnyType) => AnyType): Registry => ({
  ...registry,
  types: registry.types.map((type) => (type.name === name ? change(type) : type)),
});

/** Every version of a lifecycle means what its newest one means. */
const allAsNewest = (tenant: TenantState): TenantState => ({
  ...tenant,
  lifecycles: Object.fromEntries(
    Object.entries(tenant.lifecycles).map(([ref, known]) => [
      ref,
      tenant.lifecycles[tenant.current[known.name] ?? ref] ?? known,
    ]),
  ),
});

/** Without `lifecycle-versions`. */
export const newestOnly = (registry: Registry): Registry =>
  withType(registry, 'tenant', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => allAsNewest(type.decider.evolve(...folded) as TenantState),
    },
  }));

/** An order type whose state is another one behind each event. */
const orderStates = (
  registry: Registry,
  change: (next: OrderState, before: OrderState, context: EvolveContext<TenantState>) => OrderState,
): Registry =>
  withType(registry, 'order', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (state, event, context) =>
        change(
          type.decider.evolve(state, event, context) as OrderState,
          state as OrderState,
          context as EvolveContext<TenantState>,
        ),
    },
  }));

/** Without `agreed-stays`: an order costs what the one costs that was placed last. */
export const pricesOfToday = (registry: Registry): Registry => {
  let today = 0;
  return orderStates(registry, (next, before) => {
    if (before.lifecycle === '') today = next.placed.total;
    return { ...next, placed: { ...next.placed, total: today } };
  });
};

/** Without `deadlines-end`: what an order once waited for it waits for ever. */
export const endlessDeadlines = (registry: Registry): Registry =>
  orderStates(registry, (next, { deadline }) => ({ ...next, deadline: next.deadline ?? deadline }));

/** Without `grammar`, all of it: anything follows, and no status is the end of what an order waits for. */
export const noGrammar = (): Registry => endlessDeadlines(domainRegistry({ stepper: anythingFollows }));

/** Without `payments-by-name`: an order forgets whose money it has. */
export const namelessPayments = (registry: Registry): Registry =>
  orderStates(registry, (next) => ({ ...next, money: { ...next.money, payments: [] } }));

/** The order's decisions with their events changed. */
const orderDecisions = (registry: Registry, change: (event: Event) => readonly Event[]): Registry =>
  withType(registry, 'order', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      decide: (...asked) => {
        const decision = type.decider.decide(...asked);
        return decision.outcome === 'accepted'
          ? { ...decision, events: decision.events.flatMap(change) }
          : decision;
      },
    },
  }));

/** Without `void-bills-are-let-go`: nobody hears what a void bill holds. */
export const heldForEver = (registry: Registry): Registry =>
  orderDecisions(registry, (event) =>
    event.type === 'BillVoided' ? [{ ...event, data: { ...event.data, release: [] } }] : [event],
  );

/** Without `one-price-one-bill`: a bill stays what it is, whatever the order costs. */
export const endlessBills = (registry: Registry): Registry =>
  orderDecisions(registry, (event) =>
    event.type === 'BillVoided' && (event.data as BillVoidedData).cause === 'superseded' ? [] : [event],
  );

/** Without `refunds-as-declared`: nobody knows what a tenant has said of refunds. */
export const anyOrderOfRefunds = (registry: Registry): Registry =>
  withType(registry, 'tenant', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => {
        const next = type.decider.evolve(...folded) as TenantState;
        return { ...next, policy: { ...next.policy, refundOrder: [] } };
      },
    },
  }));

/** Without `surplus-goes-back`: an order knows no money but what it waits for. */
export const noSurplus: Stepper = {
  name: 'table',
  next: (lifecycle, status, symbol) =>
    symbol === 'SurplusReceived' ? -1 : tableStepper.next(lifecycle, status, symbol),
};

/** Without `due-in-the-event`: whatever happens to an order, its deadline follows the policy of that moment. */
export const duesByPolicy = (registry: Registry): Registry =>
  orderStates(registry, (next, _before, { recordedAt, global }) => {
    const soonest = recordedAt + global.policy.paymentTimeoutMs;
    const { deadline } = next;
    return deadline === null
      ? next
      : { ...next, deadline: { ...deadline, due: Math.min(deadline.due, soonest) } };
  });

/** Without `moved-on-request`: a deadline has its first instant for ever. */
export const unmovable = (registry: Registry): Registry =>
  orderStates(registry, (next, { deadline }) =>
    next.deadline && deadline && next.deadline.name === deadline.name
      ? { ...next, deadline: { ...next.deadline, due: deadline.due } }
      : next,
  );

/** Without `given-up-stays`: nobody learns that a call has come to nothing. */
export const givenUpIsDone = (registry: Registry): Registry =>
  withType(registry, 'effect', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => {
        const next = type.decider.evolve(...folded) as EffectState;
        return next.status === 'given-up' ? { ...next, status: 'succeeded' } : next;
      },
    },
  }));

/** Without `exchanges-are-noted`. */
export const notesNothing = (registry: Registry): Registry =>
  withType(registry, 'journal', (type) => ({
    ...type,
    decider: { ...type.decider, decide: () => refuseState('not-noted', 'nobody keeps a journal') },
  }));

/** Without `alarms-are-told`: a call that was given up is listed, and nobody hears of it. */
export const withoutAlarms = (registry: Registry): Registry =>
  withType(registry, 'effect', ({ alarms: _, reactions: _gone, ...kept }) => kept);

/** Without `given-up-is-told`. */
export const givenUpInSilence = (registry: Registry): Registry =>
  withType(registry, 'effect', ({ reactions: _gone, ...kept }) => kept);

/** Without `stock-has-it`: whoever asks for pieces gets them. */
export const boundlessStock = (registry: Registry): Registry =>
  withType(registry, 'stock', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      decide: (state, command, context) =>
        type.decider.decide({ ...(state as StockState), available: Infinity }, command, context),
    },
  }));

/** Without `sourcing-rules`: a tenant has none, whatever it sets. */
export const noSourcing = (registry: Registry): Registry =>
  withType(registry, 'tenant', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => {
        const { sourcing: _gone, ...tenant } = type.decider.evolve(...folded) as TenantState;
        return tenant;
      },
    },
  }));

/** Without `verdicts-first`: a tenant has no hooks, whatever it registers. */
export const noHooks = (registry: Registry): Registry =>
  withType(registry, 'tenant', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => {
        const { hooks: _gone, ...tenant } = type.decider.evolve(...folded) as TenantState;
        return tenant;
      },
    },
  }));

/** Without `decided-together`: nobody else is asked. */
export const ofTheirOwn = (registry: Registry): Registry =>
  ['fulfilment', 'itinerary', 'edit'].reduce(
    (left, name) =>
      withType(left, name, ({ commands, ...type }) => ({
        ...type,
        commands: Object.fromEntries(
          Object.entries(commands).map(([command, { guards: _gone, ...rule }]) => [command, rule]),
        ),
      })),
    registry,
  );

/** Without `timers-from-the-log`: nobody finds a deadline. */
export const noDeadlines = (registry: Registry): Registry =>
  ['order', 'fulfilment'].reduce(
    (left, name) => withType(left, name, ({ nextDeadline: _gone, ...kept }) => kept),
    registry,
  );

/** Without `process-managers`: an order tells nobody anything. */
export const tellsNobody = (registry: Registry): Registry =>
  withType(registry, 'order', ({ reactions: _gone, ...kept }) => kept);

/** Without `one-writer`: what anybody gives it stands at its end. */
export const anybodysLog = (log: EventLog): EventLog => ({
  ...log,
  append: (group) => log.append({ ...group, first: log.head() + 1 }),
});

type Deciding = {
  readonly decide: (state: unknown, command: Command, context: DecideContext) => Decision<Event>;
};

/** Without `declared-fields`: an order has whatever fields somebody sends, and is judged by those of the trips. */
export const undeclaredFields = (registry: Registry): Registry =>
  withType(registry, 'order', (type) => {
    const decider = type.decider as Deciding;
    const decide: Deciding['decide'] = (state, command, context) => {
      if (command.type !== 'PlaceOrder') return decider.decide(state, command, context);
      const { fields, lifecycle } = command.data as { readonly fields: object; readonly lifecycle: string };
      const declared = lifecycle === 'trips' ? { costCentre: '1' } : {};
      const data = { ...command.data, fields: declared };
      const decision = decider.decide(state, { ...command, data }, context);
      if (decision.outcome !== 'accepted') return decision;
      const events = decision.events.map((event) =>
        event.type === 'OrderPlaced' ? { ...event, data: { ...event.data, fields } } : event,
      );
      return { ...decision, events };
    };
    return { ...type, decider: { ...type.decider, decide } };
  });
