import { describe, expect, it } from '@jest/globals';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import { candidates } from './candidates.ts';
import { tenantWithB2b } from './example-b2b.ts';
import { exampleLine, exampleOrder, examplePlacement, NOON } from './examples.ts';
import { tableStepper, xstateStepper } from './lifecycle/stepper.ts';
import { orderCommands } from './vocabulary.ts';
import { orderStreamType } from './order-stream.ts';
import { lifecycleOf } from './published.ts';
import type { OrderState } from './state.ts';

// For every status that commands can lead to and every command: what `explain` lists is what is accepted, and
// what it does not list is refused because of the status. Nothing is written by hand, so nothing is forgotten.

const tenant = tenantWithB2b({ receiveAfterMs: 1_000, completeAfterMs: 1_000, reviewAfterMs: 1_000 });
const context = {
  stream: exampleOrder,
  now: NOON,
  global: tenant,
  globalVersion: 1,
  actor: 'ann',
  channel: null,
};
/** Those whose status counts; moving an order to another lifecycle is no step of any. */
const types = (Object.keys(orderCommands) as OrderCommand['type'][]).filter(
  (type) => type !== 'MigrateLifecycle',
);
/** So many that accept the same in a status are tried. */
const ALIKE = 5;
/** What is shut by a dispute, or by there being none. */
const DISPUTES = ['dispute-open', 'nothing-disputed', 'nothing-to-dispute'];
/** What a shut gate is refused with. */
const SHUT = [
  ...['not-allowed-now', 'order-held', 'payment-under-way', 'order-paid', 'bill-open'],
  ...['return-stage', ...DISPUTES],
];

const { decider } = orderStreamType({ stepper: tableStepper });

/** What a command leads to; `undefined`: it is refused. */
const eventsOf = (state: OrderState, command: OrderCommand): readonly OrderEvent[] | undefined => {
  const decision = decider.decide(state, command, context);
  return decision.outcome === 'accepted' ? decision.events : undefined;
};

const behind = (state: OrderState, events: readonly OrderEvent[]): OrderState => {
  const folding = { ...context, recordedAt: NOON, version: 1 };
  return events.reduce((now, event) => decider.evolve(now, event, folding), state);
};

/** An order, one with a line that costs nothing, and one that costs nothing at all. */
const beginnings = (lifecycle: string): readonly OrderState[] =>
  [
    { lines: [exampleLine('a', 4), exampleLine('b', 2)] },
    { shipping: 0, lines: [exampleLine('a', 1), exampleLine('b', 4, { unitPrice: 0 })] },
    { shipping: 0, lines: [exampleLine('a', 2, { unitPrice: 0 })] },
  ].map((more) => {
    const place: OrderCommand = { type: 'PlaceOrder', data: examplePlacement({ lifecycle, ...more }) };
    return behind(decider.initialState, eventsOf(decider.initialState, place)!);
  });

type Seen = {
  readonly state: OrderState;
  readonly tried: readonly OrderCommand[];
  /** How often what it accepts was accepted in its status before, for what was accepted least. */
  readonly met: number;
};

/**
 * Walks through histories, breadth first. A state is followed where it accepts what few before it in its status have
 * accepted: what commands can lead to, and whatever each status accepts, is found so, without all that could be mixed of it.
 */
const explore = (lifecycle: string): ReadonlyMap<number, readonly Seen[]> => {
  const seen = new Map<number, Seen[]>();
  const acceptedIn = new Map<string, number>();
  const known = new Set<string>();
  const queue: OrderState[] = [...beginnings(lifecycle)];
  for (const state of queue) {
    const text = JSON.stringify(state);
    if (known.has(text)) continue;
    known.add(text);
    const tried = candidates(state);
    const next = tried.map((command) => ({ type: command.type, events: eventsOf(state, command) }));
    const accepted = new Set(next.filter((one) => one.events).map(({ type }) => `${state.status} ${type}`));
    const met = Math.min(...[...accepted].map((pair) => acceptedIn.get(pair) ?? 0));
    if (met >= ALIKE) continue;
    for (const pair of accepted) acceptedIn.set(pair, (acceptedIn.get(pair) ?? 0) + 1);
    seen.set(state.status, [...(seen.get(state.status) ?? []), { state, tried, met }]);
    queue.push(...next.flatMap(({ events }) => (events ? [behind(state, events)] : [])));
  }
  return seen;
};

describe.each(['retail', 'terms', 'b2b'])('an order of %s', (lifecycle) => {
  const seen = explore(lifecycle);
  const { statuses } = lifecycleOf(tenant, tenant.current[lifecycle]!)!;

  // One of a user's may have more mixtures than what is walked through leads to.
  if (lifecycle !== 'b2b')
    it('can be in every status of its lifecycle', () => {
      expect(statuses.filter((_status, index) => !seen.has(index))).toEqual([]);
    });

  describe.each([tableStepper, xstateStepper])('by $name', (stepper) => {
    const order = orderStreamType({ stepper });
    // XState takes 8 us a step, and looks at nothing but the status: one of each kind is enough for it.
    const most = stepper === xstateStepper ? 1 : ALIKE;

    it.each(types)('17.3 accepts %s in exactly the statuses where explain lists it', (type) => {
      // What has no gate is about something else than where the order is, and nobody is offered it.
      const { internal: inside = false, gate } = orderCommands[type];
      const internal = inside || gate.length === 0;
      // Collected, and expected once: there are a hundred thousand pairs.
      const wrong: string[] = [];
      for (const [status, found] of seen) {
        const states = found.filter(({ met }) => met < most);
        const where = `${type} while ${Object.values(statuses[status]!).join(', ')}`;
        let [isListed, isAccepted] = [false, false];
        for (const { state, tried } of states) {
          const { allowedCommands, mayRefuse } = order.explain(state, tenant);
          const listed = allowedCommands.includes(type);
          const decisions = tried
            .filter((command) => command.type === type)
            .map((command) => order.decider.decide(state, command, context));
          const accepted = decisions.some(({ outcome }) => outcome === 'accepted');
          const refusals = decisions.flatMap((made) => (made.outcome === 'rejected' ? [made.rejection] : []));
          isListed ||= listed;
          isAccepted ||= accepted;
          if (accepted && !listed && !internal) wrong.push(`${where}: accepted, and not listed`);
          if (listed && !mayRefuse.includes(type) && refusals.length > 0) wrong.push(`${where}: refused`);
          if (!listed && !internal)
            for (const { code, kind } of refusals)
              if (!SHUT.includes(code) || kind !== 'state')
                wrong.push(`${where}: refused as ${code}, ${kind}`);
        }
        if (isListed !== (!internal && isAccepted))
          wrong.push(`${where}: listed ${isListed}, accepted ${isAccepted}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});
