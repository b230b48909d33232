import { describe, expect, it } from '@jest/globals';
import { initialTransition, transition } from 'xstate';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import { openBill } from './bills.ts';
import { candidates } from './candidates.ts';
import { exampleLine, exampleOrder, examplePlacement, exampleTenant, NOON } from './examples.ts';
import { statusKey, type Lifecycle, type Status } from './lifecycle/compiled.ts';
import { machineOf } from './lifecycle/machine.ts';
import { tableStepper } from './lifecycle/stepper.ts';
import { isBeside, symbolOf } from './vocabulary.ts';
import { orderStreamType } from './order-stream.ts';
import { lifecycleOf } from './published.ts';
import { handlingOf, type OrderState } from './state.ts';

// Every way that a statechart has is gone by commands, and the whole path up to there, told to XState symbol by symbol,
// ends where `evolve` ends.

const closing = { receiveAfterMs: 1_000, completeAfterMs: 1_000, reviewAfterMs: 1_000 };
const tenant = exampleTenant(closing);
const tracking = exampleTenant({ ...closing, stock: 'tracked' });
const { decider } = orderStreamType({ stepper: tableStepper });
/** Orders of one status that accept the same commands, with as many things open: so many are looked into. */
const ALIKE = 1;
const IS_FULL = process.env['ORDERLOOM_SIZE'] === 'full';

/** What changes an instant changes nothing of what else may come. */
const OPENS_NOTHING: readonly OrderCommand['type'][] = [
  ...(['RescheduleDeadline', 'ExtendDeadline'] as const),
  // How far a return is, is no status of the order.
  ...(['ApproveReturn', 'ReportReturnShipped', 'ReceiveReturn', 'InspectReturn'] as const),
  // A dispute leaves the order where it is, and its end is a refund like others.
  ...(['OpenDispute', 'AddEvidence', 'ResolveDispute'] as const),
  // What is told of a leg is seen in how many were taken.
  ...(['ReportLegFrozen', 'ReportLegCaptured', 'ReportLegFailed', 'ReportLegReleased'] as const),
];

/** The chart lets stock say so at any time; by then an order gives back what it is told (`ReservationReturned`). */
const STOCK_MAY_SAY = ['cancelled', 'delivered', 'shipped'].map(
  (status) => `fulfilment.${status}: LinesReserved`,
);
/** They are possible while a bill is open, and go behind its end, which is decided with them. */
const BEHIND_A_BILL = ['OrderCancelled', 'PaymentConfirmed', 'PaymentMismatchReported', 'PaymentVoided'].map(
  (symbol) => `payment.billed: ${symbol}`,
);
const NEVER_GONE = [...STOCK_MAY_SAY, ...BEHIND_A_BILL];

/** An order of a shop, and the symbols of the events behind its placement that have led to it. */
type Walked = { readonly shop: TenantState; readonly state: OrderState; readonly path: readonly string[] };

const contextIn = (shop: TenantState) => ({
  ...{ stream: exampleOrder, now: NOON, global: shop, globalVersion: 1, actor: 'ann', channel: null },
});

/** What a command leads to; nothing where it is refused. */
const eventsOf = ({ shop, state }: Walked, command: OrderCommand): readonly OrderEvent[] => {
  const decision = decider.decide(state, command, contextIn(shop));
  return decision.outcome === 'accepted' ? decision.events : [];
};

/** Every state on the way through a decision's events, the last one at the end. */
const stepsOf = ({ shop, state, path }: Walked, events: readonly OrderEvent[]): readonly Walked[] => {
  const folding = { ...contextIn(shop), recordedAt: NOON, version: 1 };
  const steps: Walked[] = [];
  let at: Walked = { shop, state, path };
  for (const event of events) {
    const next = decider.evolve(at.state, event, folding);
    const symbols = event.type === 'OrderPlaced' || isBeside(event.type) ? [] : [symbolOf(event)];
    at = { shop, state: next, path: [...at.path, ...symbols] };
    steps.push(at);
  }
  return steps;
};

/** Orders of which each shows another part of the chart: held by stock, free of charge in part, free of charge. */
const beginnings = (lifecycle: string): readonly Walked[] =>
  [
    { shop: tracking, lines: [exampleLine('a', 2), exampleLine('b', 1)] },
    { shop: tenant, lines: [exampleLine('a', 2), exampleLine('b', 1)] },
    { shop: tenant, shipping: 0, lines: [exampleLine('a', 1), exampleLine('b', 2, { unitPrice: 0 })] },
    { shop: tenant, shipping: 0, lines: [exampleLine('a', 2, { unitPrice: 0 })] },
  ].flatMap(({ shop, ...more }) => {
    const place: OrderCommand = { type: 'PlaceOrder', data: examplePlacement({ lifecycle, ...more }) };
    const nowhere = { shop, state: decider.initialState, path: [] };
    return stepsOf(nowhere, eventsOf(nowhere, place)).slice(-1);
  });

/** How many parcels are on their way, how many returns, holds, deposits and legs that were taken: none, one, or several. */
const openThings = (state: OrderState): readonly number[] =>
  [
    state.parcels.filter(({ delivered }) => !delivered),
    state.returns.filter(({ status }) => status === 'open'),
    handlingOf(state).holds,
    (state.bills ?? []).filter(({ status, purpose }) => status === 'open' && purpose === 'deposit'),
    openBill(state)?.legs.filter(({ status }) => status === 'captured') ?? [],
  ].map((open) => Math.min(2, open.length));

/** Every way that the regions of a chart have. */
const waysDrawn = ({ definition: { regions } }: Lifecycle): readonly string[] =>
  Object.entries(regions).flatMap(([region, { statuses }]) =>
    Object.entries(statuses).flatMap(([status, on]) =>
      Object.keys(on).map((symbol) => `${region}.${status}: ${symbol}`),
    ),
  );

/** The ways that a symbol goes in a status of the order: one in each region. */
const waysOf = (status: string, symbol: string): readonly string[] =>
  status.split(' ').map((ofRegion) => `${ofRegion}: ${symbol}`);

/**
 * Walks breadth first; gives every step that was taken, each way of each status once. At CI size it ends where no way of
 * a region is left; the mixtures of statuses that come behind, and cost twenty times as much, are for the full size.
 */
const waysGone = (name: string, lifecycle: Lifecycle): readonly Walked[] => {
  const gone = new Map<string, Walked>();
  const left = new Set(waysDrawn(lifecycle).filter((way) => !NEVER_GONE.includes(way)));
  const known = new Set<string>();
  const alike = new Map<string, number>();
  const queue = [...beginnings(name)];
  for (const walked of queue) {
    if (left.size === 0 && !IS_FULL) break;
    const text = JSON.stringify(walked.state);
    if (known.has(text)) continue;
    known.add(text);
    const taken = candidates(walked.state).map((command) => ({
      type: command.type,
      events: eventsOf(walked, command),
    }));
    const possible = taken.filter(({ events, type }) => events.length > 0 && !OPENS_NOTHING.includes(type));
    const accepted = new Set(possible.map(({ type }) => type));
    const likeness = [walked.state.status, ...openThings(walked.state), ...accepted].join();
    const met = alike.get(likeness) ?? 0;
    if (met >= ALIKE) continue;
    alike.set(likeness, met + 1);
    for (const { events } of taken) {
      const steps = stepsOf(walked, events);
      for (const [index, step] of steps.entries()) {
        const { state, path } = steps[index - 1] ?? walked;
        if (step.path.length === path.length) continue;
        const symbol = step.path.at(-1)!;
        gone.set(`${state.status} ${symbol}`, step);
        for (const way of waysOf(statusKey(lifecycle.statuses[state.status]!), symbol)) left.delete(way);
      }
      queue.push(...steps.slice(-1));
    }
  }
  return [...gone.values()];
};

describe.each(['retail', 'terms'])('the statechart of %s', (name) => {
  const lifecycle = lifecycleOf(tenant, tenant.current[name]!)!;
  const machine = machineOf(lifecycle.definition);
  const ways = waysGone(name, lifecycle);

  /** Where XState is behind these symbols; throws where one of them is not legal. Paths share their beginnings. */
  const [initial] = initialTransition(machine);
  const reached = new Map([['', initial]]);
  const behind = (path: readonly string[]): typeof initial => {
    const known = reached.get(path.join());
    if (known !== undefined) return known;
    const before = behind(path.slice(0, -1));
    const type = path.at(-1)!;
    if (!before.can({ type })) throw new Error(`${type} is not legal behind ${path.slice(0, -1).join()}`);
    const [snapshot] = transition(machine, before, { type });
    reached.set(path.join(), snapshot);
    return snapshot;
  };
  const endOf = (path: readonly string[]): string => statusKey(behind(path).value as Status);

  it('ends each path where the fold of its events ends', () => {
    expect(ways.length).toBeGreaterThan(100);
    const wrong = ways.filter(
      ({ path, state }) => endOf(path) !== statusKey(lifecycle.statuses[state.status]!),
    );
    expect(wrong.map(({ path }) => path.join())).toEqual([]);
  });

  it('has no way in any region that commands do not go', () => {
    const gone = new Set(ways.flatMap(({ path }) => waysOf(endOf(path.slice(0, -1)), path.at(-1)!)));
    const drawn = waysDrawn(lifecycle);
    expect(drawn.filter((way) => !gone.has(way)).sort()).toEqual(
      NEVER_GONE.filter((way) => drawn.includes(way)),
    );
  });
});
