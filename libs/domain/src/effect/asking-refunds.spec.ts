// A refund that is due is asked of the providers of its payments, where the tenant wants that; a leg that is back, by
// whatever road, is asked for no more.
import { describe, expect, test } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { exampleOrder, exampleTenant, NOON } from '../order/examples.ts';
import { noOrder, type OrderState } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { askRefund, settleRefund } from './asking-refunds.ts';
import { refundKeyOf, slotOfEffect } from './effect-key.ts';

const account = (name: string, refunds = true) => ({
  name,
  silenceMs: 30_000,
  pausesMs: [],
  refunds,
  legs: false,
});
const tenantWith = (...providers: readonly ReturnType<typeof account>[]): TenantState => ({
  ...exampleTenant(),
  providers: Object.fromEntries(providers.map((one) => [one.name, one])),
});
const legs = [
  { paymentId: 'p-2', provider: 'wallet', amount: 300 },
  { paymentId: 'p-1', provider: 'bank', amount: 200 },
];
const refund = { refundId: 'refund-2', amount: 500, legs };
const state: OrderState = {
  ...noOrder,
  placed: { ...noOrder.placed, currency: 'EUR' },
  money: {
    ...noOrder.money,
    refunds: [{ ...refund, confirmed: false, legs: legs.map((leg) => ({ ...leg, confirmed: false })) }],
  },
};
const behind = (global: TenantState) => ({ recordedAt: NOON, version: 7, global });
const keyOf = (provider: string, leg: number) => `${exampleOrder.key}.2.${provider}.refund-${String(leg)}`;
const asked = (global: TenantState) =>
  askRefund.react(state, refund, exampleOrder, behind(global)).map(({ to }) => to.key);

describe('a refund that is due', () => {
  test('is asked of the provider of each payment that it goes back against', () => {
    const [first] = askRefund.react(state, refund, exampleOrder, behind(tenantWith(account('wallet'))));
    expect(first).toMatchObject({ to: { type: 'effect', key: keyOf('wallet', 1) } });
    const { call } = first?.command.data as { call: { handler: string; data: string } };
    expect(call.handler).toBe('payment-refund');
    expect(JSON.parse(call.data)).toEqual({ refundId: 'refund-2', ...legs[0], currency: 'EUR' });
    expect(asked(tenantWith(account('wallet'), account('bank')))).toEqual([
      ...[keyOf('wallet', 1), keyOf('bank', 2)],
    ]);
    expect(slotOfEffect(refundKeyOf(orderIdOf(NOON, 7, 1), 'refund-2', 'bank', 2))).toBe(7);
  });

  test('is asked of nobody where the tenant does not want that', () => {
    const clock = { mode: 'simulated', now: NOON, deadlines: 'awake' } as const;
    expect(asked(exampleTenant())).toEqual([]);
    expect(asked(tenantWith(account('bank', false)))).toEqual([]);
    expect(asked({ ...tenantWith(account('bank')), clock })).toEqual([]);
  });

  test('is asked for no more where a leg, or the whole of it, is back', () => {
    const both = tenantWith(account('wallet'), account('bank'));
    const settled = (paymentId: string | null, provider: string | null) =>
      settleRefund
        .react(state, { ...refund, paymentId, provider, last: false }, exampleOrder, behind(both))
        .map(({ to, command }) => `${command.type} ${to.key}`);
    expect(settled('p-1', 'bank')).toEqual([`SettleEffect ${keyOf('bank', 2)}`]);
    expect(settled(null, null)).toHaveLength(2);
  });
});
