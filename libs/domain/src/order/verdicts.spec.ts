// Nothing that a hook of the tenant has not passed begins; what it has said stands in the order; and money that is there is
// never refused for it.
import type { Verdict } from '@orderloom/decider';
import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../messages/generated/order.ts';
import { evolveTenant } from '../tenant/evolve.ts';
import type { TenantState } from '../tenant/state.ts';
import { orderPlaced, paid, units } from './example-events.ts';
import { exampleOrder, examplePlacement, exampleTenant, NOON } from './examples.ts';
import { tableStepper, xstateStepper } from './lifecycle/stepper.ts';
import { orderStreamType } from './order-stream.ts';

const hooked = (tenant: TenantState, name: string, before: string): TenantState =>
  evolveTenant(tenant, {
    type: 'HookRegistered',
    data: { name, before, budgetMs: 300, onTimeout: 'hold' },
  });
const said = (verdict: Verdict['verdict'], more: Partial<Verdict> = {}): Verdict => ({
  ...{ hook: 'risk', verdict, reason: null, by: 'hook', tookMs: 12 },
  ...more,
});
const verdictGiven = (before: string, verdict: 'pass' | 'hold', more: Partial<Verdict> = {}) =>
  ({ type: 'VerdictGiven', data: { ...said(verdict, more), before, verdict } }) as const;
const held = (reason: string, holdId = 'hook:risk') =>
  ({ type: 'OrderHeld', data: { holdId, reason } }) as const;
const place = { type: 'PlaceOrder', data: examplePlacement() } as const;
const money = { paymentId: 'pay-1', provider: 'bank', amount: 3499, currency: 'EUR' };
const start = { type: 'StartPayment', data: money } as const;
const started = { type: 'PaymentStarted', data: money } as const;
const confirm = { type: 'ConfirmPayment', data: money } as const;
const ship = { type: 'ShipLines', data: { parcelId: 'p1', lines: units('a', 2) } } as const;

describe.each([tableStepper, xstateStepper])('asked about first, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const placing = hooked(exampleTenant(), 'risk', 'placing');
  const paying = hooked(exampleTenant(), 'risk', 'paying');
  const asked = (verdicts: readonly Verdict[] | null | undefined, global = placing) =>
    scenarios(order, {
      ...{ stream: exampleOrder, now: NOON, global },
      ...(verdicts !== undefined && { verdicts }),
    });
  const [placedAs] = eventsOf(asked([said('pass')])().when(place).decision);

  it('is placed where it is passed, and says who has passed it', () => {
    asked([said('pass')])()
      .when(place)
      .then(placedAs!, verdictGiven('placing', 'pass'));
    asked([said('pass', { hook: 'other' })])()
      .when(place)
      .thenRejected('verdict-missing', { kind: 'state' });
  });

  it('is not placed without a verdict, however it came; what comes from inside asks nobody', () => {
    for (const verdicts of [undefined, []]) asked(verdicts)().when(place).thenRejected('verdict-missing');
    asked(null)().when(place).then(placedAs!);
    asked(undefined, exampleTenant())().when(place).then(placedAs!);
    asked(undefined, paying)().when(place).then(placedAs!);
  });

  it('is refused with the code of who refuses it', () => {
    asked([said('refuse', { reason: 'blocked-buyer' })])()
      .when(place)
      .thenRejected('refused-by-hook', { kind: 'state', reason: 'risk refuses it: blocked-buyer' });
    for (const by of ['time-out', 'failure'] as const)
      asked([said('refuse', { by })])()
        .when(place)
        .thenRejected('hook-unanswered', { kind: 'state' });
  });

  it('is refused for what is wrong with it before anybody is asked about it', () => {
    const wrong = { type: 'PlaceOrder', data: examplePlacement({ total: 1 }) } as const;
    asked(undefined)().when(wrong).thenRejected('total-mismatch');
  });

  it('is placed and held, until somebody lets go', () => {
    const doubts = said('hold', { reason: 'too-many-orders' });
    const events = [
      placedAs!,
      verdictGiven('placing', 'hold', doubts),
      held('risk: too-many-orders'),
    ] as const;
    asked([doubts])()
      .when(place)
      .then(...events);
    const given = asked(undefined)(...events, paid());
    given.when(ship).thenRejected('order-held');
    given
      .when({ type: 'ReleaseHold', data: { holdId: 'hook:risk' } })
      .then({ type: 'HoldReleased', data: { holdId: 'hook:risk', last: true } });
  });

  it('says what held where nobody has answered in time, or could be asked', () => {
    const late = said('hold', { by: 'time-out', tookMs: 300 });
    asked([late])()
      .when(place)
      .then(placedAs!, verdictGiven('placing', 'hold', late), held('risk has not answered in time'));
    const away = said('pass', { by: 'failure' });
    asked([away])()
      .when(place)
      .then(placedAs!, verdictGiven('placing', 'pass', away));
  });

  it('is as its strictest hook wants it', () => {
    const both = hooked(placing, 'limits', 'placing');
    const verdicts = (of: Verdict['verdict']) => [said('hold'), said(of, { hook: 'limits' })];
    asked(verdicts('refuse'), both)().when(place).thenRejected('refused-by-hook');
    asked(verdicts('hold'), both)()
      .when(place)
      .then(
        placedAs!,
        verdictGiven('placing', 'hold'),
        verdictGiven('placing', 'hold', { hook: 'limits' }),
        held('risk: no reason given'),
        held('limits: no reason given', 'hook:limits'),
      );
  });

  it('is asked about before a payment starts: what is refused does not start, what is doubted is held', () => {
    asked(
      [said('pass')],
      paying,
    )(orderPlaced())
      .when(start)
      .then(started, verdictGiven('paying', 'pass'));
    asked(undefined, paying)(orderPlaced()).when(start).thenRejected('verdict-missing');
    asked(
      [said('refuse')],
      paying,
    )(orderPlaced())
      .when(start)
      .thenRejected('refused-by-hook');
    const doubted = [started, verdictGiven('paying', 'hold'), held('risk: no reason given')] as const;
    asked(
      [said('hold')],
      paying,
    )(orderPlaced())
      .when(start)
      .then(...doubted);
    const failed = {
      type: 'PaymentFailed',
      data: { paymentId: 'pay-1', provider: 'bank', reason: '', last: true },
    };
    asked([said('hold')], paying)(orderPlaced(), ...doubted, failed as OrderEvent)
      .when({ type: 'StartPayment', data: { ...money, paymentId: 'pay-2' } })
      .then(
        { type: 'PaymentStarted', data: { ...money, paymentId: 'pay-2' } },
        verdictGiven('paying', 'hold'),
      );
  });

  it('is asked about before a bill is issued', () => {
    const legs = [{ legId: 'card', kind: 'card', provider: 'bank', amount: 3499 }];
    const issue = {
      type: 'IssueBill',
      data: { billId: 'b1', purpose: 'balance', amount: 3499, legs, balanceDue: null },
    } as const;
    asked(undefined, paying)(orderPlaced()).when(issue).thenRejected('verdict-missing');
    const { decision } = asked([said('pass')], paying)(orderPlaced()).when(issue);
    expect(eventsOf(decision).map(({ type }) => type)).toEqual(['BillIssued', 'VerdictGiven']);
  });

  it('takes money that nobody was asked about, and is held for it, once', () => {
    const unchecked = held('paid before anybody was asked', 'unchecked-payment');
    asked(undefined, paying)(orderPlaced()).when(confirm).then(paid(), unchecked);
    asked(undefined, paying)(orderPlaced(), started).when(confirm).then(paid());
    asked(undefined, paying)(orderPlaced(), unchecked).when(confirm).then(paid());
    asked(undefined, placing)(orderPlaced()).when(confirm).then(paid());
  });

  it('is no other order for having been asked about', () => {
    const before = asked(undefined)(orderPlaced()).state;
    expect(asked(undefined)(orderPlaced(), verdictGiven('placing', 'pass')).state).toEqual(before);
  });
});

function eventsOf(decision: { readonly outcome: string }): readonly OrderEvent[] {
  return 'events' in decision ? (decision.events as readonly OrderEvent[]) : [];
}
