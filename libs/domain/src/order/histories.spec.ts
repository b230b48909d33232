import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import { candidates } from './candidates.ts';
import { tenantWithB2b } from './example-b2b.ts';
import { exampleLine, exampleOrder, examplePlacement, NOON } from './examples.ts';
import { disputedMoney } from './disputes.ts';
import { keptMoney, outstanding } from './giving-back.ts';
import { tableStepper, xstateStepper } from './lifecycle/stepper.ts';
import { toPick, wanted } from './lines.ts';
import { isBeside, symbolOf } from './vocabulary.ts';
import { orderStreamType } from './order-stream.ts';
import { lifecycleOf } from './published.ts';
import { leftOf } from './refund-legs.ts';
import type { Bill, OrderState } from './state.ts';

// Whatever commands come in whatever order: only legal transitions, no unit and no cent made or lost.

const RUNS =
  process.env['ORDERLOOM_SIZE'] === 'full' ? { table: 4000, xstate: 200 } : { table: 60, xstate: 6 };
/** The commands on the way to a buyer and all the way back, but for cancelling. Nothing is held or claimed on it. */
const HOMEWARD: readonly OrderCommand['type'][] = [
  'ReleaseWork',
  'ResolveDispute',
  'ReleaseHold',
  'ApproveOrder',
  'ConfirmOrder',
  'ConfirmPayment',
  'ReorderLines',
  'RecordReservation',
  'ShipLines',
  'ConfirmDelivery',
  'RequestReturn',
  'ReceiveReturn',
  'ResolveReturn',
  'ConfirmRefund',
];
const cases = [tableStepper, xstateStepper].flatMap((stepper) =>
  ['retail', 'terms', 'b2b'].flatMap((lifecycle) =>
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

/** `expect` takes a hundred times as long, and is asked a million times here. */
const holds = (is: boolean, what: string): void => {
  if (!is) throw new Error(`it does not hold that ${what}`);
};

const quantitiesAreSound = ({ placed, lines }: OrderState): void => {
  for (const [index, line] of placed.lines.entries()) {
    const counts = lines[index]!;
    holds(
      Object.values(counts).every((count) => count >= 0),
      'no count is below nothing',
    );
    holds(counts.delivered <= counts.shipped && counts.shipped <= counts.picked, 'one after another');
    holds(toPick(line, counts) >= 0, 'no more is picked than there is to pick');
    holds(counts.returning + counts.returned <= counts.delivered, 'what comes back was delivered');
    holds(counts.shipped + counts.reserved <= wanted(line, counts), 'what is held or sent is wanted');
    holds(counts.shipped + counts.reserved + counts.asked <= line.quantity, 'nothing is asked for twice');
  }
};

/** Each unit that comes back, or came, does so by one return. */
const returnsAreSound = ({ placed, lines, returns }: OrderState): void => {
  for (const [index, { lineId }] of placed.lines.entries()) {
    const unitsOf = (status: string): number =>
      returns
        .filter((one) => one.status === status && !one.exchanged)
        .flatMap((one) => one.lines)
        .reduce((sum, line) => (line.lineId === lineId ? sum + line.quantity : sum), 0);
    holds(unitsOf('open') === lines[index]!.returning, 'what comes back is in a return');
    holds(unitsOf('accepted') === lines[index]!.returned, 'what was taken back was in a return');
  }
};

const isAllBack = ({ placed, lines }: OrderState): boolean =>
  lines.every(({ cancelled, returned }, i) => cancelled + returned === placed.lines[i]!.quantity);

const billIsSound = (state: OrderState, { status, purpose, amount, legs }: Bill): void => {
  holds(legs.reduce((sum, leg) => sum + leg.amount, 0) === amount, 'a bill is its legs');
  const owed = outstanding(state);
  if (status === 'open')
    holds(purpose === 'deposit' ? amount < owed : amount === owed, 'a bill is over what is to be paid');
  const is = (...statuses: readonly string[]) => legs.every((leg) => statuses.includes(leg.status));
  if (status === 'open') holds(is('asked', 'frozen', 'captured'), 'nothing of an open bill is let go');
  if (status === 'paid') holds(is('captured'), 'all of a paid bill is taken');
  if (status === 'void') holds(is('failed', 'releasing', 'released'), 'all of a void bill is let go');
};

const moneyIsSound = (state: OrderState): void => {
  const { placed, money, bills = [], withheld = 0 } = state;
  holds(outstanding(state) >= 0, 'nobody owes less than nothing');
  holds(keptMoney(state) >= disputedMoney(state), 'what is disputed is there until it is decided');
  holds(withheld <= disputedMoney(state), 'nothing waits longer than the dispute that it waits for');
  const decided = (state.disputes ?? []).flatMap(({ refundId }) => refundId ?? []);
  holds(new Set(decided).size === decided.length, 'each dispute gives back once');
  for (const { amount, legs, confirmed } of money.refunds) {
    holds(legs.reduce((sum, leg) => sum + leg.amount, 0) === amount, 'a refund is its legs');
    holds(confirmed === legs.every((leg) => leg.confirmed), 'a refund is back once its legs are');
  }
  for (const payment of money.payments)
    holds(leftOf(money, payment) >= 0, 'no more goes back against a payment than it brought');
  for (const bill of bills) billIsSound(state, bill);
  holds(money.reduced + money.paid + outstanding(state) === placed.total, 'the money adds up');
  if (isAllBack(state))
    holds(outstanding(state) === 0 && keptMoney(state) === withheld, 'all back, all paid back, or to be');
};

describe.each(cases)('any history of $lifecycle, $stock, by $by', ({ stepper, lifecycle, stock }) => {
  const tenant = tenantWithB2b({ stock, receiveAfterMs: 1_000, completeAfterMs: 1_000 });
  const { decider } = orderStreamType({ stepper });
  const judge = lifecycleOf(tenant, tenant.current[lifecycle]!)!;
  const context = {
    stream: exampleOrder,
    now: NOON,
    global: tenant,
    globalVersion: 1,
    actor: 'ann',
    channel: null,
  };

  const awaitsMoney = ({ status }: OrderState): boolean =>
    tableStepper.next(judge, status, 'PaymentConfirmed') >= 0;

  /** Nothing comes back any more, whoever has said so. */
  const isCompleted = ({ status }: OrderState): boolean =>
    ['completed', 'reviewed'].includes(judge.statuses[status]!['afterSale']!);

  const recorded = (state: OrderState, event: OrderEvent): OrderState => {
    const next = decider.evolve(state, event, { ...context, recordedAt: NOON, version: 1 });
    if (event.type !== 'OrderPlaced')
      holds(
        next.status ===
          (isBeside(event.type) ? state.status : tableStepper.next(judge, state.status, symbolOf(event))),
        'the status is the table’s',
      );
    quantitiesAreSound(next);
    returnsAreSound(next);
    return next;
  };

  const decided = (state: OrderState, command: OrderCommand): OrderState => {
    const decision = decider.decide(state, command, context);
    if (decision.outcome !== 'accepted') return state;
    holds(decision.events.length > 0, 'what is accepted is recorded');
    const next = decision.events.reduce(recorded, state);
    moneyIsSound(next);
    return next;
  };

  /** Nothing that comes back is declined, but for what was found bad: that comes back once more. */
  const isTakenBack = (command: OrderCommand, { returns }: OrderState): boolean => {
    if (command.type !== 'ResolveReturn') return true;
    if (command.data.exchange) return false;
    const found = returns.find(({ returnId }) => returnId === command.data.returnId);
    return command.data.accepted !== (found?.accepted?.length === 0);
  };

  /** Whatever state an order is in: everything is sent on to its buyer, comes back unit by unit, and is refunded. */
  const everythingBack = (from: OrderState): OrderState => {
    const move = (state: OrderState, type: string): OrderState =>
      candidates(state)
        .filter((one) => one.type === type && isTakenBack(one, state))
        // Who has paid does not go on paying; what came too much is on its way back already.
        .filter((one) => one.type !== 'ConfirmPayment' || awaitsMoney(state))
        .reduceRight(decided, state);
    let state = from;
    for (let before: OrderState | undefined; before !== state;) {
      before = state;
      state = HOMEWARD.reduce(move, state);
    }
    return state;
  };

  it('16.4 makes and loses nothing', () => {
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
        const end = everythingBack(somewhere);
        expect(isAllBack(end) || isCompleted(end)).toBe(true);
      }),
      { numRuns: RUNS[stepper.name], seed: 3 },
    );
  });
});
