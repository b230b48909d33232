// Who hears of an order: the webhooks that asked for that event, each by one call, with nothing that is sealed in it.
import { describe, expect, test } from '@jest/globals';
import { NOON, exampleOrder } from '../order/examples.ts';
import type { WebhookSubscribedData } from '../messages/generated/tenant.ts';
import { noTenant, type TenantState } from '../tenant/state.ts';
import { tellWebhooks } from './telling-webhooks.ts';

const hook = (name: string, ...events: string[]): WebhookSubscribedData => ({
  ...{ name, url: `https://${name}.example/`, events, maxAttempts: 3, firstRetryMs: 1_000 },
  inOrder: false,
});
const tenant = (...hooks: readonly WebhookSubscribedData[]): TenantState => ({
  ...noTenant,
  created: true,
  webhooks: Object.fromEntries(hooks.map((one) => [one.name, one])),
});
const told = (global: TenantState, data: object = { amount: 1 }) =>
  tellWebhooks('PaymentConfirmed').react(undefined, data, exampleOrder, {
    recordedAt: NOON,
    version: 2,
    global,
  });

describe('an event of an order', () => {
  test('begins one call for each webhook that asked for it, and none for others', () => {
    const sent = told(
      tenant(
        hook('wms', 'PaymentConfirmed'),
        hook('crm', 'OrderPlaced', 'PaymentConfirmed'),
        hook('bi', 'OrderPlaced'),
      ),
    );
    expect(sent.map(({ to }) => to)).toEqual([
      { type: 'effect', key: `${exampleOrder.key}.2.wms` },
      { type: 'effect', key: `${exampleOrder.key}.2.crm` },
    ]);
    expect(sent[0]?.command).toEqual({
      type: 'RequestEffect',
      data: {
        call: {
          ...{ handler: 'webhook', name: 'wms', url: 'https://wms.example/', subject: exampleOrder.key },
          ...{ eventType: 'PaymentConfirmed', eventVersion: 2, at: NOON, data: '{"amount":1}' },
          inOrder: false,
        },
        ...{ maxAttempts: 3, firstRetryMs: 1_000, pausesMs: [] },
      },
    });
  });

  test('stands in its chain where calls keep their order', () => {
    const [sent] = told(tenant({ ...hook('wms', 'PaymentConfirmed'), inOrder: true }));
    expect(sent).toMatchObject({
      to: { type: 'chain', key: `${exampleOrder.key}.wms` },
      command: {
        type: 'QueueEffect',
        data: { effectId: `${exampleOrder.key}.2.wms`, call: { eventVersion: 2, inOrder: true } },
      },
    });
  });

  test('begins nothing where nobody asked, and nothing in simulated time', () => {
    expect(told(noTenant)).toEqual([]);
    const clock = { mode: 'simulated', now: NOON, deadlines: 'awake' } as const;
    expect(told({ ...tenant(hook('wms', 'PaymentConfirmed')), clock })).toEqual([]);
  });

  test('says nothing of what is sealed, nor what finds it', () => {
    const bytes = new Uint8Array(12);
    const receiver = { subject: 's', keyId: 1, nonce: bytes, ciphertext: bytes };
    const data = { total: 1250, receiver, tokens: [bytes, bytes], lines: [{ lineId: '1', tax: null }] };
    const [sent] = told(tenant(hook('wms', 'PaymentConfirmed')), data);
    expect(JSON.parse((sent?.command.data as { call: { data: string } }).call.data)).toEqual({
      ...{ total: 1250, lines: [{ lineId: '1', tax: null }] },
    });
  });
});
