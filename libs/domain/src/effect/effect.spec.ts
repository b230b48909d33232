import { describe, expect, test } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { recorded, scenarios } from '@orderloom/testing';
import type { EffectCommand, EffectEvent } from '../messages/generated/effect.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import { exampleOrder, NOON } from '../order/examples.ts';
import { noTenant, type TenantState } from '../tenant/state.ts';
import { effectKeyOf, slotOfEffect } from './effect-key.ts';
import { effectStreamType } from './effect-stream.ts';

const SECOND = 1_000;
const hook = { name: 'wms', url: 'https://wms.example/orders', events: ['PaymentConfirmed'] };
const rules = { maxAttempts: 3, firstRetryMs: 5 * SECOND };
const subscribed: TenantState = {
  ...noTenant,
  created: true,
  webhooks: { wms: { ...hook, ...rules, inOrder: false } },
};
const stream = { tenant: 'main', type: 'effect', key: effectKeyOf(exampleOrder.key, 2, 'wms') };
const given = scenarios(effectStreamType, { stream, now: NOON, global: subscribed });
const givenUnsubscribed = scenarios(effectStreamType, { stream, now: NOON, global: noTenant });

const call: EffectCall = {
  ...{ handler: 'webhook', name: 'wms', url: hook.url, subject: exampleOrder.key },
  ...{ eventType: 'PaymentConfirmed', eventVersion: 2, at: NOON, data: '{"amount":1}', inOrder: false },
};
const request: EffectCommand = { type: 'RequestEffect', data: { call, ...rules, pausesMs: [] } };
const atOnce = { pausesMs: [], due: null };
const requested: EffectEvent = { type: 'EffectRequested', data: { call, ...rules, ...atOnce } };
const start = (attempt: number): EffectCommand => ({ type: 'StartAttempt', data: { attempt } });
const started = (attempt: number): EffectEvent => ({ type: 'EffectAttemptStarted', data: { attempt } });
const resume = (attempt: number): EffectCommand => ({ type: 'ResumeAttempt', data: { attempt } });
const resumed = (attempt: number): EffectEvent => ({ type: 'EffectAttemptResumed', data: { attempt } });
const succeed = (attempt: number): EffectCommand => ({
  type: 'RecordSuccess',
  data: { attempt, code: 'http-204' },
});
const succeeded: EffectEvent = { type: 'EffectSucceeded', data: { attempt: 1, code: 'http-204' } };
const fail = (attempt: number, outcome = 'failed', code = 'http-503'): EffectCommand => ({
  type: 'RecordFailure',
  data: { attempt, outcome, code },
});
const failed = (attempt: number, due: number | null, outcome = 'failed', code = 'http-503'): EffectEvent => ({
  type: 'EffectAttemptFailed',
  data: { attempt, outcome, code, due },
});
const makeDue: EffectCommand = { type: 'MakeAttemptDue', data: {} };
const due = (attempt: number, afterUnknown = false): EffectEvent => ({
  type: 'EffectAttemptDue',
  data: { attempt, afterUnknown, call },
});
const redrive: EffectCommand = { type: 'RedriveEffect', data: {} };
const givenUp = (attempts: number, code = 'http-503'): EffectEvent => ({
  type: 'EffectGivenUp',
  data: { attempts, code },
});
const firstFailed = [requested, started(1), failed(1, NOON + 5 * SECOND)];
const exhausted = [
  ...[...firstFailed, due(2), started(2), failed(2, NOON + 10 * SECOND)],
  ...[due(3), started(3), failed(3, null), givenUp(3)],
];

describe('a call to the outside', () => {
  test('is requested once, started, and succeeds', () => {
    given().when(request).then(requested);
    given(requested).when(request).thenRejected('effect-exists');
    given(requested).when(start(1)).then(started(1));
    given(requested, started(1)).when(succeed(1)).then(succeeded);
    expect(effectStreamType.decider.isTerminal(given(requested, started(1), succeeded).state)).toBe(true);
  });

  test('that fails is due again after a pause that doubles', () => {
    given(requested, started(1))
      .when(fail(1))
      .then(failed(1, NOON + 5 * SECOND));
    given(...firstFailed, due(2), started(2))
      .when(fail(2))
      .then(failed(2, NOON + 10 * SECOND));
    given(...firstFailed)
      .when(makeDue, NOON + 5 * SECOND)
      .then(due(2));
    expect(effectStreamType.nextDeadline?.(given(...firstFailed).state)).toEqual({
      ...{ name: 'retry', due: NOON + 5 * SECOND, command: makeDue },
    });
  });

  test('of which nobody knows what became of it is asked about before it is repeated', () => {
    const unknown = failed(1, NOON + 5 * SECOND, 'unknown', 'timeout');
    given(requested, started(1))
      .when(fail(1, 'unknown', 'timeout'))
      .then(unknown);
    given(requested, started(1), unknown).when(makeDue).then(due(2, true));
  });

  test('that somebody began and nobody ended is taken up again, as one that may have happened', () => {
    given(requested, started(1)).when(resume(1)).then(resumed(1));
    expect(given(requested, started(1), resumed(1)).state).toMatchObject({
      status: 'started',
      unknown: true,
    });
    given(requested).when(resume(1)).thenRejected('attempt-over');
    given(requested, started(1), succeeded).when(resume(1)).thenRejected('attempt-over');
    given(...firstFailed, due(2), started(2))
      .when(resume(1))
      .thenRejected('attempt-over');
  });

  test('is given up after its last attempt, and where trying again cannot help', () => {
    given(...exhausted.slice(0, -2))
      .when(fail(3))
      .then(failed(3, null), givenUp(3));
    given(requested, started(1))
      .when(fail(1, 'refused', 'http-410'))
      .then(failed(1, null, 'refused', 'http-410'), givenUp(1, 'http-410'));
  });

  test('that was given up is redriven, with as many attempts as at first', () => {
    const redriven: EffectEvent = { type: 'EffectRedriven', data: { lastAttempt: 6 } };
    given(...exhausted)
      .when(redrive)
      .then(redriven, due(4));
    given(...exhausted, redriven, due(4), started(4))
      .when(fail(4))
      .then(failed(4, NOON + 5 * SECOND));
    given(requested).when(redrive).thenRejected('effect-not-redrivable');
    given(requested, started(1), succeeded).when(redrive).thenRejected('effect-not-redrivable');
  });

  test('goes where its webhook is now, and nowhere once that is gone', () => {
    const before = { ...call, url: 'https://old.example/' };
    const past: EffectEvent = { type: 'EffectRequested', data: { call: before, ...rules, ...atOnce } };
    given(past, ...firstFailed.slice(1))
      .when(makeDue)
      .then(due(2));
    givenUnsubscribed(...firstFailed)
      .when(makeDue)
      .then(givenUp(1, 'unsubscribed'));
    givenUnsubscribed(...exhausted)
      .when(redrive)
      .thenRejected('unknown-webhook');
  });

  test('has succeeded even where its success is heard of late, and then nothing else counts', () => {
    given(...firstFailed)
      .when(succeed(1))
      .then(succeeded);
    given(...exhausted)
      .when(succeed(1))
      .then(succeeded);
    given(requested, started(1), succeeded).when(succeed(1)).thenRejected('attempt-over');
    given(requested, started(1), succeeded).when(fail(1)).thenRejected('attempt-over');
    given(requested, started(1)).when(succeed(2)).thenRejected('attempt-over');
  });

  test('is not begun twice, nor by whoever comes late', () => {
    given(requested, started(1)).when(start(1)).thenRejected('attempt-over');
    given(...firstFailed, due(2))
      .when(start(1))
      .thenRejected('attempt-over');
    given(...firstFailed)
      .when(fail(1))
      .thenRejected('attempt-over');
  });

  test('that nobody requested is not known', () => {
    given().when(start(1)).thenRejected('unknown-effect', { kind: 'missing' });
  });

  test('waits an hour at most', () => {
    const patient = { maxAttempts: 100, firstRetryMs: 5 * SECOND };
    const long: EffectEvent = { type: 'EffectRequested', data: { call, ...patient, ...atOnce } };
    given(long, due(40), recorded(started(40), { at: NOON }))
      .when(fail(40))
      .then(failed(40, NOON + 3600 * SECOND));
  });
});

describe('a call with pauses of its own', () => {
  const asking: EffectCall = { ...call, handler: 'payment-query', name: 'bank', url: '' };
  const pauses = { maxAttempts: 3, firstRetryMs: 30 * SECOND, pausesMs: [30, 10, 20].map((n) => n * SECOND) };
  const bank = { name: 'bank', silenceMs: 1, pausesMs: [], refunds: false, legs: false };
  const scene = { stream, now: NOON, global: { ...noTenant, created: true, providers: { bank } } };
  const givenBank = scenarios(effectStreamType, scene);
  const asked: EffectEvent = {
    type: 'EffectRequested',
    data: { call: asking, ...pauses, due: NOON + 30 * SECOND },
  };
  const askedAgain = (attempt: number): EffectEvent => ({
    type: 'EffectAttemptDue',
    data: { attempt, afterUnknown: false, call: asking },
  });

  test('is due for the first time behind the first of them', () => {
    givenBank()
      .when({ type: 'RequestEffect', data: { call: asking, ...pauses } })
      .then(asked);
    givenBank(asked).when(start(1)).thenRejected('attempt-over');
    givenBank(asked)
      .when(makeDue, NOON + 30 * SECOND)
      .then(askedAgain(1));
  });

  test('is made again behind each of the others, and given up behind the last one', () => {
    const first = [asked, askedAgain(1), started(1)];
    givenBank(...first)
      .when(fail(1))
      .then(failed(1, NOON + 10 * SECOND));
    const second = [...first, failed(1, NOON), askedAgain(2), started(2)];
    givenBank(...second)
      .when(fail(2))
      .then(failed(2, NOON + 20 * SECOND));
    givenBank(...second, failed(2, NOON), askedAgain(3), started(3))
      .when(fail(3))
      .then(failed(3, null), givenUp(3));
  });

  test('ends when what it was for is known, whatever anybody says of it later', () => {
    const settled: EffectEvent = { type: 'EffectSettled', data: {} };
    const settle: EffectCommand = { type: 'SettleEffect', data: {} };
    for (const past of [[asked], [asked, askedAgain(1), started(1)], [asked, givenUp(0)]])
      givenBank(...past)
        .when(settle)
        .then(settled);
    givenBank(asked, settled).when(makeDue).thenRejected('attempt-over');
    givenBank(asked, askedAgain(1), started(1), settled).when(succeed(1)).thenRejected('attempt-over');
    givenBank(asked, settled).when(settle).thenRejected('attempt-over');
    expect(effectStreamType.nextDeadline?.(givenBank(asked, settled).state)).toBeUndefined();
  });

  test('is given up where the tenant has no such provider any more', () => {
    given(asked).when(makeDue).then(givenUp(0, 'unsubscribed'));
    given(asked, givenUp(0)).when(redrive).thenRejected('unknown-provider');
  });
});

describe('the key of an effect', () => {
  test('carries the slot of its order', () => {
    const order = orderIdOf(NOON, 7, 1);
    expect(slotOfEffect(effectKeyOf(order, 2, 'wms'))).toBe(7);
    expect(effectStreamType.slotOf('main', effectKeyOf(order, 9, 'other'))).toBe(7);
  });

  test.each([
    '',
    'x',
    'order.1',
    'order.1.wms',
    `${orderIdOf(NOON, 7, 1)}.0.wms`,
    `${orderIdOf(NOON, 7, 1)}.1.W`,
  ])('is not %j', (key) => expect(slotOfEffect(key)).toBeUndefined());
});

describe('explain lists exactly the legal commands of an effect', () => {
  const commands = (attempt: number): readonly EffectCommand[] => [
    ...[start(attempt), resume(attempt), succeed(attempt), fail(attempt), redrive],
  ];
  const pasts: readonly (readonly EffectEvent[])[] = [
    ...[[], [requested], [requested, started(1)], firstFailed, exhausted],
    [requested, started(1), succeeded],
  ];
  test.each(pasts.map((past) => [past.at(-1)?.type ?? 'nothing', past] as const))('after %s', (_, past) => {
    const { state } = given(...past);
    const legal = commands(state.attempt || 1).filter(
      (command) => given(...past).when(command).decision.outcome === 'accepted',
    );
    expect(effectStreamType.explain(state, subscribed).allowedCommands).toEqual(
      legal.map(({ type }) => type),
    );
  });
});
