import type { Hook, HookAnswer, HookQuestion } from '@orderloom/engine';
import { random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How often it says or does each thing, 0 to 1; for the rest it passes. */
export type HookMood = {
  readonly holds?: number;
  readonly refuses?: number;
  /** It answers after `slowMs`. */
  readonly slow?: number;
  /** It is away. */
  readonly away?: number;
};

export type FakeHookOptions = {
  readonly seed: number;
  readonly clock: Pick<VirtualClock, 'after'>;
  readonly mood?: HookMood;
  /** What is slow takes so long, ms. */
  readonly slowMs?: number;
};

/** Somebody to ask, with all the moods of a real one, from a seed. */
export type FakeHook = {
  readonly port: Hook;
  /** Every question that has come, in its order. */
  readonly asked: () => readonly HookQuestion[];
  /** What it did about the last question of each id. */
  readonly did: () => ReadonlyMap<string, HookAnswer['verdict'] | 'slow' | 'away'>;
};

const SLOW_MS = 5_000;

export const fakeHook = ({ seed, clock, mood = {}, slowMs = SLOW_MS }: FakeHookOptions): FakeHook => {
  const dice = random(seed);
  const happens = (often = 0): boolean => often > 0 && dice.chance(often);
  const asked: HookQuestion[] = [];
  const did = new Map<string, HookAnswer['verdict'] | 'slow' | 'away'>();
  const answer = (): HookAnswer => {
    if (happens(mood.refuses)) return { verdict: 'refuse', reason: 'blocked-buyer' };
    return happens(mood.holds)
      ? { verdict: 'hold', reason: 'too-many-orders' }
      : { verdict: 'pass', reason: null };
  };
  const slowly = (said: HookAnswer, signal: AbortSignal): Promise<HookAnswer> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(slowMs, () => {
        resolve(said);
      });
      signal.addEventListener('abort', () => {
        cancel();
        reject(new Error('nobody waits any more'));
      });
    });
  return {
    asked: () => asked,
    did: () => did,
    port: async (question, signal) => {
      asked.push(question);
      did.set(question.id, 'away');
      if (happens(mood.away)) throw new Error('the hook is away');
      const said = answer();
      const isSlow = happens(mood.slow);
      did.set(question.id, isSlow ? 'slow' : said.verdict);
      return isSlow ? slowly(said, signal) : said;
    },
  };
};
