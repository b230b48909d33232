import type { RecordedEvent } from '@orderloom/decider';
import type { BillIssuedData, BillLeg, BillVoidedData, LegFrozenData } from '@orderloom/domain';
import type { CommandResult } from '@orderloom/engine';
import type { VirtualClock } from '@orderloom/testing';
import { MINUTE, PRICE, type Shop } from './shop.ts';

/** How long a bill waits for its legs, where nobody says otherwise. */
export const BILL_TIMEOUT = 15 * MINUTE;

export const LEGS: readonly BillLeg[] = [
  { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 300 },
  { legId: 'points', kind: 'points', provider: 'loyalty', amount: 250 },
  { legId: 'card', kind: 'card', provider: 'bank', amount: PRICE - 550 },
];

/** A bill over the price, by coupon, points and card. */
export const bill = (billId = 'b1', more: object = {}) => ({
  ...{ billId, purpose: 'balance', amount: PRICE, legs: LEGS, balanceDue: null },
  ...more,
});

type Step = 'freeze' | 'capture' | 'release';

/** What goes wrong: the provider says no; it does it and nobody can tell; it does it and nothing more is heard. */
export type Trouble = {
  readonly legId: string;
  readonly step: 'freeze' | 'capture';
  readonly how: 'refused' | 'unclear' | 'unheard';
};

type Account = {
  is: 'asked' | 'frozen' | 'captured' | 'released';
  frozenAt: number;
  heldFor: number;
  releases: number;
};

/** What the providers of legs have: each leg by its name, as a provider keeps it. */
export type LegProviders = {
  readonly call: (step: Step, name: string, leg: BillLeg) => 'done' | 'refused' | 'unclear' | 'unheard';
  /** Leg -> what became of it. */
  readonly statuses: () => readonly string[];
  /** How long the one that was held for longest was held, ms. */
  readonly longest: () => number;
  /** How often something that was held or taken was let go, for the leg of which that happened most often. */
  readonly mostReleases: () => number;
};

/** Providers that know a call by its name, and for whom letting go is final. */
export const legProviders = (clock: VirtualClock, trouble?: Trouble): LegProviders => {
  const accounts = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const known = accounts.get(name) ?? { is: 'asked', frozenAt: 0, heldFor: 0, releases: 0 };
    accounts.set(name, known);
    return known;
  };
  const isHeld = ({ is }: Account): boolean => is === 'frozen';
  const letGo = (account: Account): void => {
    if (isHeld(account)) account.heldFor = clock.now() - account.frozenAt;
    account.is = 'released';
  };
  const take = (account: Account, step: Step): boolean => {
    if (account.is === 'released' || account.is === 'captured') return account.is === 'captured';
    if (step === 'capture' && !isHeld(account)) return false;
    if (step === 'freeze' && !isHeld(account)) account.frozenAt = clock.now();
    if (step === 'capture') account.heldFor = clock.now() - account.frozenAt;
    account.is = step === 'freeze' ? 'frozen' : 'captured';
    return true;
  };
  return {
    call: (step, name, leg) => {
      const account = accountOf(name);
      if (step === 'release') {
        if (account.is === 'frozen' || account.is === 'captured') account.releases += 1;
        letGo(account);
        return 'done';
      }
      const how = trouble?.legId === leg.legId && trouble.step === step ? trouble.how : 'done';
      // Who refuses holds nothing.
      if (how === 'refused') letGo(account);
      return take(account, step) ? how : 'refused';
    },
    statuses: () => [...accounts.values()].map(({ is }) => is),
    longest: () =>
      Math.max(
        0,
        ...[...accounts.values()].map((one) => (isHeld(one) ? clock.now() - one.frozenAt : one.heldFor)),
      ),
    mostReleases: () => Math.max(0, ...[...accounts.values()].map(({ releases }) => releases)),
  };
};

/** What an event asks of whom. */
const asked = ({ type, data }: RecordedEvent): readonly (readonly [Step, BillLeg])[] => {
  const each = (step: Step, legs: readonly BillLeg[]) => legs.map((leg) => [step, leg] as const);
  if (type === 'BillIssued') return each('freeze', (data as BillIssuedData).legs);
  if (type === 'LegFrozen' || type === 'LegCaptured') return each('capture', (data as LegFrozenData).capture);
  return type === 'BillVoided' ? each('release', (data as BillVoidedData).release) : [];
};

const DONE = {
  freeze: 'ReportLegFrozen',
  capture: 'ReportLegCaptured',
  release: 'ReportLegReleased',
} as const;

const isHeard = ({ outcome }: CommandResult): boolean => outcome === 'accepted' || outcome === 'refused';

/**
 * Does what the events of orders ask for, from the first one on, and reports it, until nothing new is asked. Whoever does it
 * again does all of it again. False: the engine was killed under it.
 */
export const followBills = async (shop: Shop, providers: LegProviders): Promise<boolean> => {
  for (let next = 0; next < shop.events().length; next++) {
    const event = shop.events()[next];
    if (event === undefined) break;
    const { billId } = event.data as { readonly billId?: string };
    for (const [step, leg] of asked(event)) {
      const named = { billId, legId: leg.legId };
      const answer = providers.call(step, `${String(billId)}/${leg.legId}`, leg);
      if (answer === 'unheard') continue;
      const said =
        answer === 'done'
          ? shop.sayTo(event.stream.key, DONE[step], named)
          : shop.sayTo(event.stream.key, 'ReportLegFailed', {
              ...{ ...named, reason: answer, unknown: answer === 'unclear' },
            });
      if (!isHeard(await said)) return false;
    }
  }
  return true;
};
