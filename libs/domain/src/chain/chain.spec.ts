// Calls of one order to one webhook, one after the other: who is requested when, and who waits for whom.
import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { effectKeyOf } from '../effect/effect-key.ts';
import { effectStreamType } from '../effect/effect-stream.ts';
import { noEffect } from '../effect/state.ts';
import type { ChainCommand, ChainEvent, EffectQueuedData } from '../messages/generated/chain.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import { exampleOrder, NOON } from '../order/examples.ts';
import { noTenant, type TenantState } from '../tenant/state.ts';
import { chainKeyOf, slotOfChain } from './chain-key.ts';
import { chainStreamType } from './chain-stream.ts';

const stream = { tenant: 'main', type: 'chain', key: chainKeyOf(exampleOrder.key, 'wms') };
const hook = { name: 'wms', url: 'https://new.example/', events: ['OrderPlaced'] };
const subscribed: TenantState = {
  ...{ ...noTenant, created: true },
  webhooks: { wms: { ...hook, maxAttempts: 3, firstRetryMs: 1_000, inOrder: true } },
};
const given = scenarios(chainStreamType, { stream, now: NOON, global: subscribed });
const givenUnsubscribed = scenarios(chainStreamType, { stream, now: NOON, global: noTenant });

const callOf = (version: number): EffectCall => ({
  ...{ handler: 'webhook', name: 'wms', url: 'https://old.example/', subject: exampleOrder.key },
  ...{ eventType: 'OrderPlaced', eventVersion: version, at: NOON, data: '{}', inOrder: true },
});
const placed = (version: number): EffectQueuedData => ({
  effectId: effectKeyOf(exampleOrder.key, version, 'wms'),
  call: callOf(version),
});
const queue = (version: number): ChainCommand => ({ type: 'QueueEffect', data: placed(version) });
const queued = (version: number): ChainEvent => ({ type: 'EffectQueued', data: placed(version) });
const leave = (version: number): ChainCommand => ({
  type: 'LeaveChain',
  data: { effectId: placed(version).effectId },
});
const left = (version: number): ChainEvent => ({
  type: 'EffectLeftChain',
  data: { effectId: placed(version).effectId },
});

/** The calls that are requested because of the last event. */
const requested = (global: TenantState, ...past: readonly ChainEvent[]) => {
  const last = past.at(-1)!;
  const { state } = given(...past);
  const reaction = chainStreamType.reactions?.[last.type];
  const context = { recordedAt: NOON, version: past.length, global };
  return (reaction as { react: (...said: unknown[]) => readonly { to: object; command: object }[] }).react(
    state,
    last.data,
    stream,
    context,
  );
};
const request = (version: number) => ({
  to: { type: 'effect', key: placed(version).effectId },
  command: {
    type: 'RequestEffect',
    // Where the webhook is now, and by the rules that it has now.
    data: { call: { ...callOf(version), url: hook.url }, maxAttempts: 3, firstRetryMs: 1_000, pausesMs: [] },
  },
});

describe('a chain of calls', () => {
  test('requests the first one at once, and keeps the next one back', () => {
    given().when(queue(1)).then(queued(1));
    expect(requested(subscribed, queued(1))).toEqual([request(1)]);
    expect(requested(subscribed, queued(1), queued(2))).toEqual([]);
  });

  test('requests the next one when the first one has left', () => {
    given(queued(1), queued(2), queued(3)).when(leave(1)).then(left(1));
    expect(requested(subscribed, queued(1), queued(2), queued(3), left(1))).toEqual([request(2)]);
    expect(requested(subscribed, queued(1), left(1))).toEqual([]);
  });

  test('is left by its first one only, and once', () => {
    given(queued(1), queued(2)).when(leave(2)).thenRejected('not-first-in-chain');
    given(queued(1), left(1)).when(leave(1)).thenRejected('not-first-in-chain');
  });

  test('makes no call that nobody wants any more', () => {
    givenUnsubscribed(queued(1), queued(2), queued(3))
      .when(leave(1))
      .then(left(1), { type: 'ChainDissolved', data: { dropped: 2 } });
    expect(given(queued(1), left(1), { type: 'ChainDissolved', data: { dropped: 2 } }).state.queue).toEqual(
      [],
    );
    expect(requested(noTenant, queued(1))).toEqual([]);
  });

  test('is used by process managers only, in the slot of its order', () => {
    expect(chainStreamType.explain({ queue: [placed(1)] }, subscribed)).toEqual({
      ...{ status: { status: 'waiting' }, allowedCommands: [], mayRefuse: [] },
    });
    expect(chainStreamType.slotOf('main', stream.key)).toBe(
      effectStreamType.slotOf('main', placed(1).effectId),
    );
    for (const key of ['', 'x', 'order.wms', `${exampleOrder.key}.W`, placed(1).effectId])
      expect(slotOfChain(key)).toBeUndefined();
  });
});

describe('an effect in a chain', () => {
  const lets = (type: 'EffectSucceeded' | 'EffectGivenUp', code: string, inOrder = true) => {
    const state = { ...noEffect, call: { ...callOf(1), inOrder } };
    const reaction = effectStreamType.reactions?.[type] as unknown as {
      react: (...said: unknown[]) => readonly object[];
    };
    const context = { global: noTenant, globalVersion: 1, version: 1, recordedAt: NOON };
    return reaction.react(state, { code }, { ...stream, type: 'effect', key: placed(1).effectId }, context);
  };
  const leaves = [{ to: { type: 'chain', key: stream.key }, command: leave(1) }];

  test('lets the next one go when it has succeeded, or is not wanted any more', () => {
    expect(lets('EffectSucceeded', 'http-204')).toEqual(leaves);
    expect(lets('EffectGivenUp', 'unsubscribed')).toEqual(leaves);
  });

  test('holds the others where it was given up, until somebody redrives it', () => {
    expect(lets('EffectGivenUp', 'http-503')).toEqual([]);
  });

  test('that stands in none tells none', () => {
    expect(lets('EffectSucceeded', 'http-204', false)).toEqual([]);
  });
});
