// A bill is paid with all of its legs or with none, whoever reads its events.
import { describe, expect, test } from '@jest/globals';
import type { OrderEvent } from '@orderloom/domain';
import { billCheck } from './bill-check.ts';
import type { Seen } from './check.ts';

const coupon = { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 500 };
const card = { legId: 'card', kind: 'card', provider: 'bank', amount: 2000 };
const legs = [coupon, card];
const bill = { billId: 'b1', amount: 2500, legs };
const issued = {
  type: 'BillIssued',
  data: { ...bill, purpose: 'balance', expires: 5, balanceDue: null, last: true },
} as const;
const told = (type: 'LegCaptured' | 'LegFrozen', legId: string) =>
  ({ type, data: { billId: 'b1', legId, capture: [] } }) as const;
const paid = { type: 'BillPaid', data: { ...bill, due: null, last: true } } as const;
const voided = { type: 'BillVoided', data: { billId: 'b1', cause: 'asked', release: legs } } as const;
const released = { type: 'LegReleased', data: { billId: 'b1', legId: 'card' } } as const;
const taken = [told('LegCaptured', 'coupon'), told('LegCaptured', 'card')] as const;

const problemsOf = (...events: readonly OrderEvent[]): readonly string[] => {
  const check = billCheck();
  const stream = { tenant: 'main', type: 'order', key: 'o' };
  return events.flatMap((event) =>
    check.onEvent({ id: 'o', event: { ...event, stream } } as unknown as Seen),
  );
};

describe('the bills of a log', () => {
  test('are sound where all legs are taken, or all are let go', () => {
    expect(problemsOf(issued, told('LegFrozen', 'card'), ...taken, paid)).toEqual([]);
    expect(problemsOf(issued, told('LegCaptured', 'card'), voided, released)).toEqual([]);
  });

  test.each([
    ['legs that do not sum to it', [{ ...issued, data: { ...issued.data, amount: 2400 } }], /sum to 2500/],
    ['the same name', [issued, issued], /issued twice/],
    ['no beginning', [voided], /nobody has issued/],
    ['a leg that was not taken', [issued, taken[0], paid], /before each of its legs/],
    ['another amount', [issued, ...taken, { ...paid, data: { ...paid.data, amount: 1 } }], /paid with 1/],
    ['a leg that was taken twice', [issued, ...taken, taken[0]], /taken twice/],
    ['two ends', [issued, ...taken, paid, voided], /was not open/],
    ['a leg that was let go behind it', [issued, ...taken, paid, released], /the bill is paid/],
  ] as readonly (readonly [string, readonly OrderEvent[], RegExp])[])(
    'are unsound with %s',
    (_, events, problem) => {
      expect(problemsOf(...events).at(-1)).toMatch(problem);
    },
  );
});
