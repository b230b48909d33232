import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import { candidates } from './candidates.ts';
import { exampleLine, exampleOrder, examplePlacement, exampleTenant, NOON } from './examples.ts';
import { keptMoney, outstanding } from './giving-back.ts';
import { tableStepper, xstateStepper } from './lifecycle/stepper.ts';
import { toPick, wanted } from './lines.ts';
import { symbolOf } from './order.ts';
import { orderStreamType } from './order-stream.ts';
import { lifecycleOf } from './published.ts';
import type { OrderState } from './state.ts';

// Whatever commands come in whatever order: only legal transitions, no unit and no cent made or lost.

const RUNS =
  process.env['ORDERLOOM_SIZE'] === 'full' ? { table: 4000, xstate: 200 } : { table: 60, xstate: 6 };
/** The commands on the way to a buyer and all the way back, but for cancelling. */
const HOMEWARD: readonly OrderCommand['type'][] = [
  'ConfirmOrder',
  'ConfirmPayment',
  'ReorderLines',
  'RecordReservation',
  'ShipLines',
  'ConfirmDelivery',
  'RequestReturn',
  'ResolveReturn',
  'ConfirmRefund',
];
const cases = [tableStepper, xstateStepper].flatMap((stepper) =>
  ['retail', 'terms'].flatMap((lifecycle) =>
    (['tracked', 'untracked'] as const).map((stock) => ({ stepper, lifecycle, stock, by: stepper.name })),
  ),
);

const anyOrder = fc.record({
  lines: fc
    .array(
      fc.record({ quantity: fc.integer({ min: 1, max: 4 }), unitPrice: fc.integer({ min: 0, max: 999 }) }),
      { minLength: 1, maxLength: 3 },
    )
    .map((lines) =>
      lines.map(({ quantity, unitPrice }, i) => exampleLine('abc'[i]!, quantity, { unitPrice })),
    ),
  shipping: fc.integer({ min: 0, max: 700 }),
});

const quantitiesAreSound = ({ placed, lines }: OrderState): void => {
  for (const [index, line] of placed.lines.entries()) {
    const counts = lines[index]!;
    for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(0);
    expect(counts.delivered).toBeLessThanOrEqual(counts.shipped);
    expect(counts.shipped).toBeLessThanOrEqual(counts.picked);
    expect(toPick(line, counts)).toBeGreaterThanOrEqual(0);
    expect(counts.returning + counts.returned).toBeLessThanOrEqual(counts.delivered);
    expect(counts.shipped + counts.reserved).toBeLessThanOrEqual(wanted(line, counts));
    expect(counts.shipped + counts.reserved + counts.asked).toBeLessThanOrEqual(line.quantity);
  }
};

const isAllBack = ({ placed, lines }: OrderState): boolean =>
  lines.every(({ cancelled, returned }, i) => cancelled + returned === placed.lines[i]!.quantity);

const moneyIsSound = (state: OrderState): void => {
  const { placed, money } = state;
  expect(outstanding(state)).toBeGreaterThanOrEqual(0);
  expect(keptMoney(state)).toBeGreaterThanOrEqual(0);
  expect(money.reduced + money.paid + outstanding(state)).toBe(placed.total);
  if (isAllBack(state)) expect([outstanding(state), keptMoney(state)]).toEqual([0, 0]);
};

describe.each(cases)('any history of $lifecycle, $stock, by $by', ({ stepper, lifecycle, stock }) => {
  const tenant = exampleTenant({ stock });
  const { decider } = orderStreamType({ stepper });
  const judge = lifecycleOf(tenant, tenant.current[lifecycle]!)!;
  const context = { stream: exampleOrder, now: NOON, global: tenant, globalVersion: 1 };

  const recorded = (state: OrderState, event: OrderEvent): OrderState => {
    const next = decider.evolve(state, event, { ...context, recordedAt: NOON, version: 1 });
    if (event.type !== 'OrderPlaced')
      expect(next.status).toBe(tableStepper.next(judge, state.status, symbolOf(event)));
    quantitiesAreSound(next);
    return next;
  };

  const decided = (state: OrderState, command: OrderCommand): OrderState => {
    const decision = decider.decide(state, command, context);
    if (decision.outcome !== 'accepted') return state;
    expect(decision.events.length).toBeGreaterThan(0);
    const next = decision.events.reduce(recorded, state);
    moneyIsSound(next);
    return next;
  };

  /** Whatever state an order is in: everything is sent on to its buyer, comes back unit by unit, and is refunded. */
  const everythingBack = (from: OrderState): OrderState => {
    const move = (state: OrderState, type: string): OrderState =>
      candidates(state)
        .filter((one) => one.type === type && (one.type !== 'ResolveReturn' || one.data.accepted))
        .reduceRight(decided, state);
    let state = from;
    for (let before: OrderState | undefined; before !== state;) {
      before = state;
      state = HOMEWARD.reduce(move, state);
    }
    return state;
  };

  it('makes and loses nothing', () => {
    fc.assert(
      fc.property(anyOrder, fc.array(fc.nat(), { minLength: 5, maxLength: 60 }), (order, choices) => {
        const placed = decided(decider.initialState, {
          type: 'PlaceOrder',
          data: examplePlacement({ ...order, lifecycle }),
        });
        const somewhere = choices.reduce((state, choice) => {
          const commands = candidates(state);
          return decided(state, commands[choice % commands.length]!);
        }, placed);
        expect(isAllBack(everythingBack(somewhere))).toBe(true);
      }),
      { numRuns: RUNS[stepper.name], seed: 3 },
    );
  });
});
