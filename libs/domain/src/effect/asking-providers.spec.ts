// A payment that has started at a registered provider is asked about; whatever becomes known of it ends the question, and
// a question that nobody could answer is told to its order.
import { describe, expect, test } from '@jest/globals';
import type { EffectCall } from '../messages/generated/types.ts';
import { exampleOrder, exampleTenant, NOON } from '../order/examples.ts';
import { noOrder, type OrderState, type Payment } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { askProvider, settleQuery } from './asking-providers.ts';
import { reportingUnknown } from './given-up.ts';
import { noEffect } from './state.ts';

const bank = { name: 'bank', silenceMs: 30_000, pausesMs: [10_000, 20_000], refunds: false, legs: false };
const tenant: TenantState = { ...exampleTenant(), providers: { bank } };
const simulated: TenantState = { ...tenant, clock: { mode: 'simulated', now: NOON, deadlines: 'awake' } };
const data = { paymentId: 'p-1', provider: 'bank', amount: 3499, currency: 'EUR' };
const query = { type: 'effect', key: `${exampleOrder.key}.2.bank.query` };
const call: EffectCall = {
  ...{ handler: 'payment-query', name: 'bank', url: '', subject: exampleOrder.key, inOrder: false },
  ...{ eventType: 'PaymentStarted', eventVersion: 2, at: NOON, data: JSON.stringify(data) },
};
const behind = (global: TenantState, version = 2) => ({ recordedAt: NOON, version, global });

const started = (global: TenantState) => askProvider.react(noOrder, data, exampleOrder, behind(global));
const known = (global: TenantState, payment: Partial<Payment>) => {
  const one: Payment = { ...data, status: 'confirmed', paid: 3499, surplus: 0, ...payment };
  const state: OrderState = { ...noOrder, money: { ...noOrder.money, payments: [one] } };
  return settleQuery.react(state, data, exampleOrder, behind(global, 3));
};

describe('a payment that has started', () => {
  test('is asked about at its provider, first behind the silence and then behind each pause', () => {
    const rules = { maxAttempts: 3, firstRetryMs: 30_000, pausesMs: [30_000, 10_000, 20_000] };
    expect(started(tenant)).toEqual([
      { to: query, command: { type: 'RequestEffect', data: { call, ...rules } } },
    ]);
  });

  test('is asked about at no provider that the tenant has not registered, and nowhere in simulated time', () => {
    expect([started(exampleTenant()), started(simulated)]).toEqual([[], []]);
  });

  test('is asked about no more once something is known of it', () => {
    expect(known(tenant, { started: 2 })).toEqual([
      { to: query, command: { type: 'SettleEffect', data: {} } },
    ]);
  });

  test('was never asked about where nobody said that it started, or nobody asks', () => {
    expect([known(tenant, {}), known(exampleTenant(), { started: 2 })]).toEqual([[], []]);
  });
});

describe('a question that was given up', () => {
  const givenUp = (effect: EffectCall) =>
    reportingUnknown.react(
      { ...noEffect, call: effect },
      { attempts: 3, code: 'pending' },
      { tenant: 'main', ...query },
      behind(tenant, 9),
    );

  test('is told to its order, which lists the payment for somebody to find out', () => {
    const command = { type: 'ReportPaymentUnknown', data: { paymentId: 'p-1', provider: 'bank' } };
    expect(givenUp(call)).toEqual([{ to: { type: 'order', key: exampleOrder.key }, command }]);
  });

  test('is none where a webhook was given up', () => {
    expect(givenUp({ ...call, handler: 'webhook' })).toEqual([]);
  });
});
