import type { LegAnswer, LegRequest } from '@orderloom/engine';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type LegStep = 'freeze' | 'capture' | 'release';

/**
 * What goes wrong with one call. `refused`: the provider says no. `mute`: it does it, and nobody hears of it. `lost`:
 * nothing has arrived, and nobody hears of that. `late`: it arrives behind what is said meanwhile. `again`: it arrives twice.
 * `lies`: it holds another amount. `undecided`: it never says whether it holds something.
 */
export type LegFault = 'refused' | 'mute' | 'lost' | 'late' | 'again' | 'lies' | 'undecided';

/** What a provider has of one leg, in minor units. */
type HeldLeg = {
  readonly paymentId: string;
  readonly currency: string;
  readonly frozen: number;
  readonly captured: number;
};

export type FakeLegs = {
  /** What comes of a call; `undefined`: no answer. */
  readonly say: (step: LegStep, leg: LegRequest | string) => LegAnswer | undefined;
  readonly of: (key: string) => LegAnswer;
  readonly held: () => readonly HeldLeg[];
  /** How often something was asked for that was done already. */
  readonly repeats: () => number;
};

type Leg = LegRequest & { is: 'frozen' | 'captured' | 'released' | 'failed' | 'pending'; held: number };

/** The longest that a call is late, or comes again, ms. */
const LATE_MS = 120_000;

export const fakeLegs = ({
  clock,
  dice,
  faultOf,
  isNameFree,
}: {
  readonly clock: Pick<VirtualClock, 'after'>;
  readonly dice: Random;
  readonly faultOf: (step: LegStep, key: string) => LegFault | undefined;
  readonly isNameFree: (paymentId: string) => boolean;
}): FakeLegs => {
  const legs = new Map<string, Leg>();
  let repeats = 0;

  const answerOf = ({ is, held: amount, currency }: Leg): LegAnswer => {
    if (is === 'frozen' || is === 'captured') return { status: is, amount, currency };
    return is === 'failed' ? { status: is, reason: 'declined' } : { status: is };
  };
  const freeze = (leg: LegRequest, fault: LegFault | undefined): LegAnswer => {
    const before = legs.get(leg.key);
    if (before) {
      if (before.is !== 'released') repeats += 1;
      return answerOf(before);
    }
    const isTaken =
      !isNameFree(leg.paymentId) || [...legs.values()].some((one) => one.paymentId === leg.paymentId);
    const isRefused = fault === 'refused' || isTaken;
    const is = isRefused ? 'failed' : fault === 'undecided' ? 'pending' : 'frozen';
    const frozen: Leg = { ...leg, is, held: fault === 'lies' ? leg.amount - 1 : leg.amount };
    legs.set(leg.key, frozen);
    return answerOf(frozen);
  };
  const capture = (key: string, fault: LegFault | undefined): LegAnswer => {
    const leg = legs.get(key);
    if (!leg) return { status: 'unknown' };
    if (leg.is === 'captured') repeats += 1;
    if (leg.is !== 'frozen') return answerOf(leg);
    if (fault === 'refused') return { status: 'failed', reason: 'declined' };
    leg.is = 'captured';
    return answerOf(leg);
  };
  const release = (key: string): LegAnswer => {
    const leg = legs.get(key);
    if (leg?.is === 'released') repeats += 1;
    const known = leg ?? { key, paymentId: '', amount: 0, currency: '' };
    legs.set(key, { ...known, is: 'released', held: 0 });
    return { status: 'released' };
  };
  const done = (step: LegStep, leg: LegRequest | string, fault?: LegFault): LegAnswer => {
    const key = typeof leg === 'string' ? leg : leg.key;
    if (typeof leg !== 'string') return freeze(leg, fault);
    return step === 'capture' ? capture(key, fault) : release(key);
  };
  return {
    say: (step, leg) => {
      const fault = faultOf(step, typeof leg === 'string' ? leg : leg.key);
      if (fault === 'lost') return undefined;
      const arrives = () => done(step, leg, fault);
      if (fault === 'late' || fault === 'again') {
        clock.after(1 + dice.below(LATE_MS), () => {
          const before = repeats;
          arrives();
          // Nobody has asked for it again.
          repeats = before;
        });
      }
      if (fault === 'late') return undefined;
      const answer = arrives();
      return fault === 'mute' ? undefined : answer;
    },
    of: (key) => {
      const leg = legs.get(key);
      return leg ? answerOf(leg) : { status: 'unknown' };
    },
    held: () =>
      [...legs.values()]
        .filter(({ paymentId }) => paymentId !== '')
        .map(({ paymentId, currency, is, held }) => ({
          ...{ paymentId, currency },
          ...{ frozen: is === 'frozen' ? held : 0, captured: is === 'captured' ? held : 0 },
        })),
    repeats: () => repeats,
  };
};
