import type { Registry } from '@orderloom/decider';
import { logUnavailable, memoryDisk } from '@orderloom/engine';
import {
  fakePaymentProvider,
  virtualClock,
  type FakePaymentProvider,
  type LegFault,
  type LegStep,
} from '@orderloom/testing';
import { bill, BILL_TIMEOUT, LEGS } from './billed-shop.ts';
import { openPayingShop, type PayingShop } from './paying-shop.ts';
import { MINUTE, NOON } from './shop.ts';

/** What goes wrong with a step of one leg, each time; `once`: the first time only. */
export type Trouble = {
  readonly leg: number;
  readonly step: LegStep;
  readonly how: LegFault;
  readonly once?: boolean;
};

const faultsOf = (troubles: readonly Trouble[]) => {
  const seen = new Set<Trouble>();
  return (step: LegStep, key: string): LegFault | undefined => {
    const trouble = troubles.find((one) => one.step === step && key.endsWith(`.freeze-${String(one.leg)}`));
    if (trouble === undefined || (trouble.once === true && seen.has(trouble))) return undefined;
    seen.add(trouble);
    return trouble.how;
  };
};

const SECOND = 1_000;
/** Longer than one pause behind another of a call that fails again and again, until the bill has ended, s. */
const UNTIL_VOID = [6, 11, 21, 41, 81, 161, 321];
/** The same for what is to be let go then. */
const UNTIL_RELEASED = [6, 11, 21, 41];
/** Whatever was late has come by then. */
const LATE = 3 * MINUTE;

export type BillByCalls = {
  readonly registry: Registry;
  readonly asksFirst: boolean;
  readonly troubles: readonly Trouble[];
  /** The engine is killed at this write behind the order, and another one takes over; left out: it is not. */
  readonly kill?: number;
};

/** A part of what happens. Whoever takes over in the middle of it does all of it. */
type Part = (shop: PayingShop, isKilled: () => boolean) => Promise<void>;

const waits =
  (pause: number): Part =>
  async (shop, isKilled) => {
    await shop.pass(pause * SECOND);
    await shop.calm(isKilled);
  };

/** What the provider has of all legs together. */
const held = (provider: FakePaymentProvider): { readonly frozen: number; readonly captured: number } => {
  const books = [...provider.ledger().values()];
  const sum = (part: 'frozen' | 'captured'): number => books.reduce((all, book) => all + book[part], 0);
  return { frozen: sum('frozen'), captured: sum('captured') };
};

/** Pays one order by a bill of three legs, all by calls of the engine; gives what the provider has in the end. */
export const paidByCalls = async ({ registry, asksFirst, troubles, kill = Infinity }: BillByCalls) => {
  const clock = virtualClock(NOON);
  const provider = fakePaymentProvider({ seed: 18, clock, legFault: faultsOf(troubles) });
  const parts = { ...{ seed: 18, faults: {}, decidesWithinMs: 1, disk: memoryDisk() }, clock, provider };
  const product = { ...parts, registry, asksFirst };
  let writes = -Infinity;
  const beforeAppend = () => {
    if (++writes >= kill) throw logUnavailable('killed');
  };
  const first = await openPayingShop({ ...product, beforeAppend });
  for (const { provider: name } of LEGS) await first.register({ name, legs: true });
  const order = await first.place('one');
  let afterTimeout = Infinity;
  const all: readonly Part[] = [
    async (shop, isKilled) => {
      await shop.sayTo(order, 'IssueBill', bill());
      await shop.calm(isKilled);
    },
    ...UNTIL_VOID.map(waits),
    async (shop, isKilled) => {
      await shop.pass(Math.max(SECOND, NOON + BILL_TIMEOUT + MINUTE - clock.now()));
      await shop.calm(isKilled);
      afterTimeout = held(provider).frozen;
    },
    ...UNTIL_RELEASED.map(waits),
    async (shop, isKilled) => {
      clock.advance(LATE);
      await shop.calm(isKilled);
    },
  ];
  writes = 0;
  let shop = first;
  for (const part of all) {
    const isKilled = () => shop === first && writes >= kill;
    await part(shop, isKilled);
    if (!isKilled()) continue;
    await first.stop();
    shop = await openPayingShop(product);
    await part(shop, () => false);
  }
  const { money } = await shop.stateOf(order);
  const is = shop.statusOf(order)['payment'];
  await shop.stop();
  const isKilled = shop !== first;
  const repeats = provider.legRepeats();
  return { is, paid: money.paid, ...held(provider), repeats, afterTimeout, writes, isKilled };
};
