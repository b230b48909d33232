import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Client, Done } from '@orderloom/client';
import { until } from '@orderloom/testing';
import { anOrder, done } from './orders.ts';

/** Calls to the outside that were given up, and having them made again. */
export const effectCases = (client: () => Client) => {
  const mainTenant = { type: 'tenant', key: 'main' };
  /** A webhook of its own; nobody but the test makes its calls. */
  const subscribed = async (): Promise<string> => {
    const name = `w-${randomUUID()}`;
    const webhook = { name, url: `https://${name}.example`, events: ['OrderCancelled'] };
    done(
      await client().send(mainTenant, 'SubscribeWebhook', {
        ...{ ...webhook, maxAttempts: 1, firstRetryMs: 1_000 },
      }),
    );
    return name;
  };
  const unsubscribe = (name: string) => client().send(mainTenant, 'UnsubscribeWebhook', { name });
  /** A call that comes to nothing. */
  const failed = async (webhook: string): Promise<Done> => {
    const { id } = done(await client().orders.place(anOrder()));
    done(await client().orders.send(id, 'CancelOrder', { reason: 'changed-mind' }));
    const effect = { type: 'effect', key: `${id}.2.${webhook}` };
    done(await client().send(effect, 'StartAttempt', { attempt: 1 }));
    return done(
      await client().send(effect, 'RecordFailure', { attempt: 1, outcome: 'failed', code: 'http-503' }),
    );
  };
  const twoFailed = async () => {
    const webhook = await subscribed();
    const calls: Done[] = [];
    for (let n = 0; n < 2; n++) {
      const call = await failed(webhook);
      await client().effects.list({ webhook }, { minPosition: call.position });
      calls.push(call);
    }
    const [first, second] = calls as [Done, Done];
    return { webhook, first, second, since: { minPosition: second.position } };
  };
  return {
    'lists calls page by page, those of the newest order first': async () => {
      const { webhook, first, second, since } = await twoFailed();
      const head = await client().effects.list({ webhook, limit: 1 }, since);
      expect(head.effects).toMatchObject([
        { effectId: second.id, status: { status: 'given-up' }, code: 'http-503', name: webhook },
      ]);
      const rest = await client().effects.list({ webhook, limit: 1, cursor: head.next ?? '' });
      expect(rest.effects.map(({ effectId }) => effectId)).toEqual([first.id]);
      await unsubscribe(webhook);
    },
    'has those of a window made again, each once, however many ask': async () => {
      const { webhook, first, second, since } = await twoFailed();
      const { effects } = await client().effects.list({ webhook }, since);
      const from = effects.find(({ effectId }) => effectId === second.id)?.eventAt ?? '';
      const ask = () => client().effects.redrive({ webhook, from }, { ...since, actor: 'ann' });
      const [one, other] = await Promise.all([ask(), ask()]);
      const again = [...one.redriven, ...other.redriven].map(({ effectId }) => effectId);
      expect(new Set(again)).toEqual(new Set([second.id]));
      // What is told of a redrive has no position: views that are somewhere else show it in a moment.
      const told = async () => {
        const { events } = await client().history({ type: 'effect', key: second.id }, since);
        return events.map(({ type }) => type);
      };
      await until('the call to be due again', async () => (await told()).includes('EffectAttemptDue'));
      expect(await told()).toEqual([
        ...['EffectRequested', 'EffectAttemptStarted', 'EffectAttemptFailed', 'EffectGivenUp'],
        ...['EffectRedriven', 'EffectAttemptDue'],
      ]);
      expect(await client().get({ type: 'effect', key: first.id })).toMatchObject({
        status: { status: 'given-up' },
      });
      await unsubscribe(webhook);
    },
    'says how many are refused, and why': async () => {
      const { webhook, second, since } = await twoFailed();
      const ended = done(await unsubscribe(webhook));
      await client().get({ type: 'tenant', key: 'main' }, { minPosition: ended.position });
      expect(await client().effects.redrive({ ids: [second.id] }, since)).toEqual({
        ...{ redriven: [], refused: { 'unknown-webhook': 1 } },
      });
    },
    'refuses lists that there are not': async () => {
      const wrong = expect.objectContaining({ code: 'invalid-argument' });
      const lists = [{ webhook: 'wms', status: 'due' }, { status: 'lost' }, { webhook: 'W M S' }];
      for (const query of lists) await expect(client().effects.list(query as object)).rejects.toThrow(wrong);
    },
  };
};
