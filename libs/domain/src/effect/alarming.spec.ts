// A call that was given up is told to those who want to hear of it, and never about themselves or about an alarm.
import { describe, expect, test } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { exampleOrder, NOON } from '../order/examples.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import { noTenant, type TenantState } from '../tenant/state.ts';
import { alarming } from './alarming.ts';
import { alarmKeyOf, effectAlarmedOf, effectKeyOf, slotOfEffect } from './effect-key.ts';
import { noEffect } from './state.ts';

const hook = (name: string, event: string) => ({
  ...{ name, url: `https://${name}.example/`, events: [event], maxAttempts: 3, firstRetryMs: 1_000 },
  inOrder: false,
});
const hooks = [hook('pager', 'EffectGivenUp'), hook('wms', 'EffectGivenUp'), hook('crm', 'OrderPlaced')];
const tenant: TenantState = {
  ...noTenant,
  webhooks: Object.fromEntries(hooks.map((one) => [one.name, one])),
};
const call: EffectCall = {
  ...{ handler: 'webhook', name: 'wms', url: 'https://wms.example/', subject: exampleOrder.key },
  ...{ eventType: 'OrderPlaced', eventVersion: 1, at: NOON, data: '{}', inOrder: false },
};
const key = effectKeyOf(exampleOrder.key, 1, 'wms');
const told = (said: Partial<EffectCall>, { code = 'http-503', global = tenant } = {}) =>
  alarming.react(
    { ...noEffect, call: { ...call, ...said } },
    { attempts: 3, code },
    {
      ...{ tenant: 'main', type: 'effect', key },
    },
    { recordedAt: NOON + 1, version: 10, global },
  );

describe('a call that was given up', () => {
  test('is told to whoever wants to hear of it, but for the one that it was for', () => {
    const [alarm, ...more] = told({});
    expect(more).toEqual([]);
    expect(alarm?.to).toEqual({ type: 'effect', key: `${key}.given-up-10.pager` });
    const { call: said } = alarm?.command.data as { call: EffectCall };
    expect(said).toMatchObject({ name: 'pager', subject: exampleOrder.key, eventType: 'EffectGivenUp' });
    expect(JSON.parse(said.data)).toEqual({
      ...{ attempts: 3, code: 'http-503', handler: 'webhook', name: 'wms' },
      ...{ orderId: exampleOrder.key, eventType: 'OrderPlaced', eventVersion: 1 },
    });
  });

  test('of a provider is told to a webhook of the same name', () => {
    expect(told({ handler: 'payment-query' }).map(({ to }) => to.key)).toEqual(
      ['pager', 'wms'].map((name) => alarmKeyOf(key, 10, name)),
    );
  });

  test('is told to nobody where it was an alarm itself, where nobody wants it any more, and in simulated time', () => {
    const clock = { mode: 'simulated', now: NOON, deadlines: 'awake' } as const;
    expect(told({ eventType: 'EffectGivenUp' })).toEqual([]);
    expect(told({}, { code: 'unsubscribed' })).toEqual([]);
    expect(told({}, { global: { ...tenant, clock } })).toEqual([]);
  });
});

test('the key of an alarm names the call that it is about, and lies in its slot', () => {
  const failed = effectKeyOf(orderIdOf(NOON, 7, 1), 1, 'wms');
  const alarm = alarmKeyOf(failed, 10, 'pager');
  expect(effectAlarmedOf(alarm)).toBe(failed);
  expect(effectAlarmedOf(failed)).toBeUndefined();
  expect(slotOfEffect(alarm)).toBe(7);
});
