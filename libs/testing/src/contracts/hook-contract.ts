import { afterEach, describe, expect } from '@jest/globals';
import type { Hook, HookQuestion } from '@orderloom/engine';
import { fakeHook, type FakeHook, type HookMood } from '../fake-hook.ts';
import { turns, virtualClock } from '../virtual-clock.ts';
import { contractCases, type Skip } from './contract-cases.ts';

/** An adapter in front of somebody who is asked. */
export type HookPlace = { readonly port: Hook; readonly dispose: () => Promise<void> };

export type HookContract = {
  readonly name: string;
  /** The adapter that speaks to this one. */
  readonly create: (hook: FakeHook) => Promise<HookPlace>;
  readonly skip?: readonly Skip[];
};

const question: HookQuestion = {
  ...{ id: 'k-1', tenant: 'main', hook: 'risk', before: 'placing', command: 'Deposit' },
  ...{ stream: { type: 'account', key: '' }, data: { amount: 1_250 }, actor: null, channel: 'web' },
};

/** What every adapter of a hook promises. */
export const hookContract = ({ name, create, skip = [] }: HookContract): void => {
  const places: HookPlace[] = [];
  const open = async (mood: HookMood = {}) => {
    const clock = virtualClock(0);
    const hook = fakeHook({ seed: 1, clock, mood });
    const place = await create(hook);
    places.push(place);
    const waiting = new AbortController();
    return { hook, clock, waiting, answer: () => place.port(question, waiting.signal) };
  };

  describe(`${name} keeps the contract of a hook`, () => {
    afterEach(async () => {
      for (const place of places.splice(0)) await place.dispose();
    });

    contractCases('questions', skip, {
      'are put as they are': async () => {
        const { hook, answer } = await open();
        await answer();
        expect(hook.asked()).toEqual([question]);
      },
      'are put once: who does not answer is not asked again': async () => {
        const { hook, answer } = await open({ away: 1 });
        await expect(answer()).rejects.toThrow();
        expect(hook.asked()).toHaveLength(1);
      },
    });

    contractCases('answers', skip, {
      'are pass, hold and refuse, each with its reason': async () => {
        const said = async (mood: HookMood) => (await open(mood)).answer();
        expect(await said({})).toEqual({ verdict: 'pass', reason: null });
        expect(await said({ holds: 1 })).toEqual({ verdict: 'hold', reason: 'too-many-orders' });
        expect(await said({ refuses: 1 })).toEqual({ verdict: 'refuse', reason: 'blocked-buyer' });
      },
      'that nobody waits for any more end the question': async () => {
        const { hook, waiting, answer } = await open({ slow: 1 });
        const answered = answer();
        const ended = expect(answered).rejects.toThrow();
        while (hook.asked().length === 0) await turns(1);
        waiting.abort();
        await ended;
      },
    });
  });
};
