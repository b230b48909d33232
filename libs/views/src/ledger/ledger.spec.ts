import { describe, expect, test } from '@jest/globals';
import { orderIdOf, type Command, type RecordedEvent } from '@orderloom/decider';
import { orderStreamType, tableStepper, type OrderEvent, type OrderState } from '@orderloom/domain';
import { recordedEvent } from '@orderloom/testing';
import fc from 'fast-check';
import { exampleTenant } from '../example-tenant.ts';
import { booksFault } from './books.ts';
import { entriesOf, ledgerBalances } from './ledger.ts';
import { noBalances, posted, postingsOf, type Balances } from './postings.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const type = orderStreamType({ stepper: tableStepper });
const stream = { tenant: 'main', type: 'order', key: orderIdOf(NOON, 1, 1) };

type Step = { readonly event: RecordedEvent; readonly state: OrderState };

/** The events of the wishes that an order grants, each with the state behind it; a step of several events is one command. */
const livedBy = (wishes: readonly Command[]): readonly (readonly Step[])[] => {
  let [state, version] = [type.decider.initialState, 0];
  return wishes.map((wish) => {
    const now = NOON + version;
    const context = { stream, now, global: exampleTenant, globalVersion: 3, actor: 'ann', channel: null };
    const decision = type.decider.decide(state, wish as never, context);
    if (decision.outcome !== 'accepted') return [];
    return decision.events.map((said) => {
      version += 1;
      state = type.decider.evolve(state, said, { stream, recordedAt: now, version, global: exampleTenant });
      return { event: recordedEvent(said, { stream, version, recordedAt: now }), state };
    });
  });
};

const TOTAL = 3_401;
const placed: Command = {
  type: 'PlaceOrder',
  data: {
    ...{ buyerId: 'b1', merchantId: 'm1', lifecycle: 'retail', currency: 'EUR', total: TOTAL },
    lines: ['a', 'b'].map((lineId) => ({
      ...{ lineId, sku: `S-${lineId}`, quantity: 3, unitPrice: 500, discount: 0, tax: null },
    })),
    ...{ shipping: 401, fees: 0, discount: 0, receiver: null, externalId: null },
    ...{ allowRepeat: false, fields: {} },
  },
};
const pay = (paymentId: string, amount = TOTAL): Command => ({
  type: 'ConfirmPayment',
  data: { paymentId, amount, currency: 'EUR', provider: 'bank' },
});
const of = (...lines: readonly (readonly [string, number])[]) =>
  lines.map(([lineId, quantity]) => ({ lineId, quantity }));
const cancel = (lines: object | null): Command => ({ type: 'CancelOrder', data: { reason: 'mind', lines } });
const refunded = (refundId: string, amount: number): Command => ({
  type: 'ConfirmRefund',
  data: { refundId, amount, paymentId: null, provider: null },
});

const postedBy = (steps: readonly (readonly Step[])[]): Balances =>
  steps.flat().reduce<Balances>((before, { event: { type, data } }) => {
    const postings = postingsOf({ type, data } as OrderEvent, before);
    return posted(before, postings);
  }, noBalances);

describe('the ledger of an order', () => {
  test('is at rest in revenue and at the provider once it is paid', () => {
    expect(postedBy(livedBy([placed, pay('p1')]))).toEqual({ provider: TOTAL, revenue: -TOTAL });
  });

  test('is empty where it was cancelled before anybody has paid', () => {
    expect(postedBy(livedBy([placed, cancel(null)]))).toEqual({});
    expect(postedBy(livedBy([placed, { type: 'TimeOutPayment', data: {} }]))).toEqual({});
  });

  test('owes back what was paid for a line that is cancelled, and nothing once that has gone back', () => {
    const before = livedBy([placed, pay('p1'), cancel(of(['a', 3]))]);
    const due = -(postedBy(before)['refunds-due'] ?? 0);
    expect(postedBy(before)).toEqual({ provider: TOTAL, revenue: due - TOTAL, 'refunds-due': -due });
    const after = livedBy([placed, pay('p1'), cancel(of(['a', 3])), refunded('refund-1', due)]);
    expect(postedBy(after)).toEqual({ provider: TOTAL - due, revenue: due - TOTAL });
  });

  test('owes what an operator makes of its charges', () => {
    const adjust = { type: 'AdjustCharges', data: { shipping: 0, fees: 100, reason: 'r' } };
    expect(postedBy(livedBy([placed, adjust]))).toEqual({ receivable: 3_100, revenue: -3_100 });
    expect(postedBy(livedBy([placed, adjust, pay('p1', 3_100)]))).toEqual({
      ...{ provider: 3_100, revenue: -3_100 },
    });
  });

  test('earns nothing by money that nobody owed', () => {
    expect(postedBy(livedBy([placed, pay('p1'), pay('p2')]))).toEqual({
      ...{ provider: 2 * TOTAL, revenue: -TOTAL, 'refunds-due': -TOTAL },
    });
  });

  test('tells event by event what was posted', () => {
    const [first, second] = entriesOf(
      livedBy([placed, pay('p1')])
        .flat()
        .map(({ event }) => event),
    );
    expect(first).toMatchObject({ version: 1, type: 'OrderPlaced', currency: 'EUR' });
    expect(second).toEqual({
      ...{ orderId: stream.key, version: 2, type: 'PaymentConfirmed' },
      ...{ at: '2026-01-01T12:00:00.001Z', currency: 'EUR' },
      postings: [
        { account: 'provider', amount: TOTAL },
        { account: 'receivable', amount: -TOTAL },
      ],
    });
  });

  const linesOf = fc.constantFrom(of(['a', 1]), of(['b', 2]), of(['a', 3], ['b', 1]), of(['a', 3], ['b', 3]));
  const charge = fc.option(fc.nat({ max: 900 }));
  const wish = (kind: string, data: fc.Arbitrary<object>) => data.map((data) => ({ type: kind, data }));
  const wishes = fc.array(
    fc.oneof(
      fc.constantFrom(pay('p1'), pay('p2'), pay('p3', 17), cancel(null)),
      linesOf.map(cancel),
      wish('ShipLines', fc.record({ parcelId: fc.constantFrom('P1', 'P2'), lines: linesOf })),
      wish('ConfirmDelivery', fc.record({ parcelId: fc.constantFrom('P1', 'P2') })),
      wish('RequestReturn', fc.record({ lines: linesOf, reason: fc.constant('size') })),
      wish(
        'ResolveReturn',
        fc.record({
          returnId: fc.constant('return-1'),
          accepted: fc.constant(true),
          exchange: fc.boolean(),
          reason: fc.constant(''),
        }),
      ),
      wish(
        'OpenDispute',
        fc.constantFrom(
          { disputeId: null, by: 'buyer', amount: 900, code: 'c', paymentId: null, provider: null },
          { disputeId: null, by: 'provider', amount: 500, code: 'c', paymentId: 'p1', provider: 'bank' },
        ),
      ),
      wish(
        'ResolveDispute',
        fc.constantFrom('dispute-1', 'dispute-2').map((disputeId) => ({
          ...{ disputeId, outcome: 'buyer', amount: 300, decidedBy: 'office', reason: 'r' },
        })),
      ),
      wish('AdjustCharges', fc.record({ shipping: charge, fees: charge, reason: fc.constant('r') })),
      wish('OverrideStatus', fc.constant({ region: 'payment', status: 'void', reason: 'r' })),
      fc.constant({ type: 'TimeOutPayment', data: {} }),
    ),
    { maxLength: 25 },
  );

  test('is zero behind every event, and what the order knows of its money behind every command', () => {
    fc.assert(
      fc.property(fc.constantFrom('retail', 'terms'), wishes, (lifecycle, wanted) => {
        const first = { ...placed, data: { ...placed.data, lifecycle } };
        const known = livedBy([first, ...wanted]);
        // Whatever is due goes back in the end.
        const refunds = known.flat().at(-1)?.state.money.refunds ?? [];
        const last = refunds.map(({ refundId, amount }) => refunded(refundId, amount));
        let balances: Balances = noBalances;
        for (const command of livedBy([first, ...wanted, ...last])) {
          for (const { event } of command) {
            const postings = postingsOf({ type: event.type, data: event.data } as OrderEvent, balances);
            expect(postings.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
            balances = posted(balances, postings);
          }
          const behind = command.at(-1);
          if (behind) expect(booksFault(balances, behind.state)).toBeUndefined();
          expect(balances.surplus).toBeUndefined();
        }
      }),
    );
  });
});

test('balances are told exactly, however large they are, and not where they are nothing', () => {
  const revenue = { unit: 'EUR', name: 'revenue', amount: -(2n ** 60n + 1n) };
  const receivable = { unit: 'EUR', name: 'receivable', amount: 0n };
  expect(ledgerBalances([revenue, receivable, { ...receivable, unit: 'USD' }])).toEqual({
    EUR: { revenue: '-1152921504606846977' },
  });
});
