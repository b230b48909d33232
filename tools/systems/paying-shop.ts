import {
  legHandlers,
  paymentQueryHandler,
  paymentRefundHandler,
  type EffectHandler,
  type ProviderAccounts,
} from '@orderloom/effects';
import type { KeyStore } from '@orderloom/engine';
import {
  fakePaymentProvider,
  virtualClock,
  type FakePaymentProvider,
  type ProviderFaults,
} from '@orderloom/testing';
import { exchangeSealer, type SealExchange } from '@orderloom/wire';
import { NOON, payment, type ShopParts } from './shop.ts';
import { openWorkingShop, type WorkingShop } from './working-shop.ts';

/** A shop whose buyers pay at a provider with faults. */
export type PayingShop = WorkingShop & {
  readonly provider: FakePaymentProvider;
  /** The tenant wants this provider asked; it is `bank` unless said. */
  readonly register: (rules?: {
    readonly name?: string;
    readonly silenceMs?: number;
    readonly pausesMs?: readonly number[];
    readonly refunds?: boolean;
    readonly legs?: boolean;
  }) => Promise<void>;
  /** Places an order, says that its payment starts, and lets the buyer begin it. */
  readonly begin: (name: string, more?: object) => Promise<string>;
  /** Whoever has the shop's keys; `undefined`: it has none. */
  readonly seal: SealExchange | undefined;
  /** Lets seconds pass, with everything that is called and asked in each. */
  readonly seconds: (count: number) => Promise<void>;
};

const SECOND = 1_000;

/** Whoever has the money, under each of its names: the tests look into one ledger. */
const ACCOUNTS = ['bank', 'coupons', 'loyalty'];

const unasked = ({ query: _, ...handler }: EffectHandler): EffectHandler => handler;

export type PayingShopParts = ShopParts & {
  readonly seed: number;
  readonly faults: ProviderFaults;
  readonly decidesWithinMs: number;
  /** What may have happened is asked about before it is asked for again. */
  readonly asksFirst?: boolean;
  /** One that has seen other shops; a new one unless said. */
  readonly provider?: FakePaymentProvider;
  /** With its keys the shop keeps whole what is said to its providers; it has none unless said. */
  readonly keyStore?: KeyStore | undefined;
};

const sealedWith = (engine: Parameters<typeof exchangeSealer>[0]['engine'], keyStore?: KeyStore) =>
  keyStore &&
  // What is not sealed does not open: nobody has to be told why.
  exchangeSealer({ engine, keyStore, onProblem: () => undefined });

export const openPayingShop = async ({
  seed,
  faults,
  decidesWithinMs,
  asksFirst = true,
  clock = virtualClock(NOON),
  provider = fakePaymentProvider({ seed, clock, faults, decidesWithinMs }),
  keyStore,
  ...parts
}: PayingShopParts): Promise<PayingShop> => {
  const accounts: ProviderAccounts = new Map(
    ACCOUNTS.map((name) => [name, { tenant: 'main', provider: provider.port }]),
  );
  const shop = await openWorkingShop(
    (engine) => {
      const paying = { accounts, send: engine.send, seal: sealedWith(engine, keyStore) };
      const moving = { 'payment-refund': paymentRefundHandler(paying), ...legHandlers(paying) };
      const asking = Object.entries(moving).map(([name, handler]) => [
        name,
        asksFirst ? handler : unasked(handler),
      ]);
      return {
        'payment-query': paymentQueryHandler(paying),
        ...(Object.fromEntries(asking) as typeof moving),
      };
    },
    { ...parts, clock },
  );
  return {
    ...shop,
    provider,
    seal: sealedWith(shop.engine, keyStore),
    register: (rules = {}) =>
      shop.accepted('tenant/main', 'RegisterPaymentProvider', {
        ...{ name: 'bank', silenceMs: 30_000, pausesMs: [10_000, 20_000, 30_000] },
        ...{ refunds: false, legs: false, ...rules },
      }),
    begin: async (name, more) => {
      const order = await shop.place(name, more);
      const started = { ...payment, paymentId: `pay-${name}` };
      await shop.accepted(`order/${order}`, 'StartPayment', started);
      provider.begin({ ...started, reference: order });
      return order;
    },
    seconds: async (count) => {
      for (let second = 0; second < count; second++) {
        await shop.pass(SECOND);
        await shop.calm();
      }
    },
  };
};
