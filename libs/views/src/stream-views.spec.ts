import { describe, expect, test } from '@jest/globals';
import type { Event } from '@orderloom/decider';
import type { TenantState } from '@orderloom/domain';
import { recorded, viewScenarios } from '@orderloom/testing';
import { buyerView, presentBuyer } from './buyer-view.ts';
import { effectView, presentEffect } from './effect-view.ts';
import { aliasView, presentAlias } from './alias-view.ts';
import { jobView, presentJob } from './job-view.ts';
import { parcelView, presentParcel } from './parcel-view.ts';
import { presentStock, stockView } from './stock-view.ts';
import type { Stored } from './stream-view.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const scene = (type: string, key: string) => ({
  stream: { tenant: 'main', type, key },
  now: NOON,
  global: {},
});
const stored = <D>(id: string, version: number, view: D | undefined): Stored<D> => ({
  id,
  version,
  document: view!,
});

describe('the stock view', () => {
  const given = viewScenarios(stockView, scene('stock', 'TEA-1@main'));
  const received: Event = { type: 'StockReceived', data: { quantity: 2, reference: 'r1' } };
  const reserved: Event = { type: 'StockReserved', data: { orderId: 'o1', lineId: 'a', quantity: 2 } };

  test('shows where the pieces are', () => {
    const { view } = given(received, recorded(reserved, { at: NOON + 1 }));
    expect(presentStock(stored('TEA-1@main', 2, view))).toEqual({
      key: 'TEA-1@main',
      sku: 'TEA-1',
      location: 'main',
      backorders: [],
      expectedAt: null,
      status: { status: 'sold-out' },
      received: 2,
      adjusted: 0,
      available: 0,
      held: 2,
      shipped: 0,
      createdAt: '2026-01-01T12:00:00.000Z',
      updatedAt: '2026-01-01T12:00:00.001Z',
      version: 2,
    });
  });

  test('lists what can be sold', () => {
    given(received).thenInLists('all:', 'status:available');
    given(received, reserved).thenInLists('all:', 'status:sold-out');
  });
});

describe('the effect view', () => {
  const key = '06avjvz8000000000000z.2.wms';
  const given = viewScenarios(effectView, { ...scene('effect', key), global: {} as TenantState });
  const call = {
    ...{ handler: 'webhook', name: 'wms', url: 'https://wms.example/', subject: '06avjvz8000000000000z' },
    ...{ eventType: 'OrderPlaced', eventVersion: 2, at: NOON, data: '{}' },
  };
  const rules = { maxAttempts: 2, firstRetryMs: 1_000, pausesMs: [], due: null };
  const requested: Event = { type: 'EffectRequested', data: { call, ...rules } };
  const started: Event = { type: 'EffectAttemptStarted', data: { attempt: 1 } };
  const failed: Event = {
    type: 'EffectAttemptFailed',
    data: { attempt: 1, outcome: 'failed', code: 'http-503', due: NOON + 1_000 },
  };
  const givenUp: Event = { type: 'EffectGivenUp', data: { attempts: 1, code: 'http-503' } };

  test('shows where a call goes, why it failed and when it comes again', () => {
    const { view } = given(requested, started, failed);
    expect(presentEffect(stored(key, 3, view))).toMatchObject({
      ...{ effectId: key, status: { status: 'waiting' }, name: 'wms', orderId: '06avjvz8000000000000z' },
      ...{ eventType: 'OrderPlaced', eventAt: '2026-01-01T12:00:00.000Z' },
      ...{ attempt: 1, lastAttempt: 2, code: 'http-503', nextAttemptAt: '2026-01-01T12:00:01.000Z' },
    });
  });

  test('lists calls by status, webhook and provider, those that were given up among them', () => {
    const about = `order:${call.subject}`;
    given(requested).thenInLists('all:', 'status:due', 'webhook:wms', about);
    given(requested, started, failed, givenUp).thenInLists('all:', 'status:given-up', 'webhook:wms', about);
    const asking = { ...call, handler: 'payment-query', name: 'bank', url: '' };
    const asked: Event = { type: 'EffectRequested', data: { ...rules, call: asking, due: NOON + 1 } };
    given(asked).thenInLists('all:', 'status:waiting', 'provider:bank', about);
  });
});

describe('the parcel view', () => {
  const given = viewScenarios(parcelView, scene('parcel', 'P1'));
  const contents = [{ orderId: 'o1', lineId: 'a', quantity: 1 }];
  const created: Event = { type: 'ParcelCreated', data: { contents, weightGrams: null } };
  const dispatched: Event = { type: 'ParcelDispatched', data: { carrier: 'post', trackingNumber: null } };
  const refused: Event = {
    type: 'ParcelContentRefused',
    data: { orderId: 'o1', told: 'ShipLines', code: 'c' },
  };

  test('shows what is in a parcel and where it is', () => {
    const { view } = given(created, dispatched);
    expect(presentParcel(stored('P1', 2, view))).toMatchObject({
      parcelId: 'P1',
      status: { status: 'dispatched' },
      contents,
      carrier: 'post',
      version: 2,
    });
  });

  test('lists parcels that an order refused, for somebody to look at', () => {
    given(created).thenInLists('all:', 'order:o1', 'status:created');
    given(created, dispatched, refused).thenInLists('all:', 'order:o1', 'status:dispatched', 'refused:');
  });
});

describe('the buyer view', () => {
  const given = viewScenarios(buyerView, {
    ...scene('buyer', 'b1'),
    global: { policy: { duplicateWindowMs: 0 } },
  });

  test('shows what was decided about a buyer', () => {
    const blocked: Event = { type: 'BuyerBlocked', data: { reason: 'chargebacks' } };
    const limited: Event = { type: 'PurchaseLimitSet', data: { maxOpenOrders: 3 } };
    const shown = presentBuyer(stored('b1', 2, given(blocked, limited).view));
    expect(shown).toMatchObject({ buyerId: 'b1', blockedBecause: 'chargebacks', maxOpenOrders: 3 });
    given(blocked).thenInLists('all:', 'status:blocked');
  });
});

describe('the alias view', () => {
  const given = viewScenarios(aliasView, scene('alias', 'shop:1001'));

  test('shows to which order a foreign id leads', () => {
    const { view } = given({ type: 'AliasRegistered', data: { orderId: 'o1' } });
    expect(presentAlias(stored('shop:1001', 1, view))).toMatchObject({
      ...{ externalId: 'shop:1001', orderId: 'o1', version: 1 },
    });
  });
});

describe('the job view', () => {
  const given = viewScenarios(jobView, scene('job', 'import-1'));
  const started: Event = { type: 'JobStarted', data: { kind: 'import-ocel', source: 'ab', total: 10 } };

  test('shows how far a job has come', () => {
    const { view } = given(started, { type: 'JobAdvanced', data: { done: 4, counts: { accepted: 4 } } });
    expect(presentJob(stored('import-1', 2, view))).toMatchObject({
      jobId: 'import-1',
      status: { status: 'running' },
      done: 4,
      total: 10,
    });
    given(started).thenInLists('all:', 'status:running', 'kind:import-ocel');
  });
});
