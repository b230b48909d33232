import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leftOf, refundLegs } from './refund-legs.ts';
import type { Money, Payment } from './state.ts';

const payment = (paymentId: string, provider: string, paid: number, surplus = 0): Payment => ({
  ...{ paymentId, provider, amount: null, status: 'confirmed', paid, surplus },
});
const moneyOf = (...payments: readonly Payment[]): Money => ({
  ...{ paid: payments.reduce((sum, { paid }) => sum + paid, 0), reduced: 0, refunds: [], payments },
});
const leg = (paymentId: string, provider: string, amount: number) => ({ paymentId, provider, amount });
const three = moneyOf(payment('1', 'card', 500), payment('2', 'points', 300), payment('3', 'coupons', 200));

describe('the legs of a refund', () => {
  it('are against the latest payment first, where nobody has said another order', () => {
    expect(refundLegs(three, 400, [])).toEqual([leg('3', 'coupons', 200), leg('2', 'points', 200)]);
  });

  it('are in the order that the tenant has said, and what that does not name comes last', () => {
    expect(refundLegs(three, 600, ['points', 'card'])).toEqual([
      leg('2', 'points', 300),
      leg('1', 'card', 300),
    ]);
    expect(refundLegs(three, 1000, ['card'])).toEqual([
      ...[leg('1', 'card', 500), leg('3', 'coupons', 200), leg('2', 'points', 300)],
    ]);
  });

  it('leave out what has gone back, or is on its way', () => {
    const refunds = [
      {
        refundId: 'r',
        amount: 150,
        confirmed: false,
        legs: [{ ...leg('3', 'coupons', 150), confirmed: false }],
      },
    ];
    expect(refundLegs({ ...three, refunds }, 100, [])).toEqual([
      leg('3', 'coupons', 50),
      leg('2', 'points', 50),
    ]);
  });

  it('are never against a payment that brought nothing', () => {
    const failed: Payment = { ...payment('4', 'card', 0), status: 'failed' };
    expect(refundLegs(moneyOf(payment('1', 'card', 5), failed), 5, [])).toEqual([leg('1', 'card', 5)]);
    expect(refundLegs(moneyOf(), 0, [])).toEqual([]);
  });

  it('sum to the refund, one refund behind the other until nothing is left', () => {
    const providers = fc.constantFrom('card', 'points', 'coupons');
    const payments = fc.array(fc.tuple(providers, fc.nat(999), fc.nat(99)), { minLength: 1, maxLength: 4 });
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });
    fc.assert(
      fc.property(payments, shares, fc.uniqueArray(providers), (came, parts, order) => {
        let money = moneyOf(
          ...came.map(([provider, paid, over], n) => payment(String(n), provider, paid, over)),
        );
        const left = () => money.payments.reduce((sum, one) => sum + leftOf(money, one), 0);
        for (const part of [...parts, 1]) {
          const amount = Math.round(left() * part);
          const legs = refundLegs(money, amount, order).map((one) => ({ ...one, confirmed: false }));
          expect(legs.reduce((sum, one) => sum + one.amount, 0)).toBe(amount);
          const refund = { refundId: 'r', amount, confirmed: false, legs };
          money = { ...money, refunds: [...money.refunds, refund] };
          expect(money.payments.every((one) => leftOf(money, one) >= 0)).toBe(true);
        }
        expect(left()).toBe(0);
      }),
      { seed: 18 },
    );
  });
});
