import {
  legHandlers,
  paymentQueryHandler,
  paymentRefundHandler,
  type EffectHandler,
  type ProviderAccounts,
} from '@orderloom/effects';
import {
  fakePaymentProvider,
  virtualClock,
  type FakePaymentProvider,
  type ProviderFaults,
} from '@orderloom/testing';
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
  readonly begin: (name: string) => Promise<string>;
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
};

export const openPayingShop = async ({
  seed,
  faults,
  decidesWithinMs,
  asksFirst = true,
  clock = virtualClock(NOON),
  provider = fakePaymentProvider({ seed, clock, faults, decidesWithinMs }),
  ...parts
}: PayingShopParts): Promise<PayingShop> => {
  const accounts: ProviderAccounts = new Map(
    ACCOUNTS.map((name) => [name, { tenant: 'main', provider: provider.port }]),
  );
  const shop = await openWorkingShop(
    (send) => {
      const moving = {
        'payment-refund': paymentRefundHandler({ accounts, send }),
        ...legHandlers({ accounts, send }),
      };
      const asking = Object.entries(moving).map(([name, handler]) => [
        name,
        asksFirst ? handler : unasked(handler),
      ]);
      return {
        'payment-query': paymentQueryHandler({ accounts, send }),
        ...(Object.fromEntries(asking) as typeof moving),
      };
    },
    { ...parts, clock },
  );
  return {
    ...shop,
    provider,
    register: (rules = {}) =>
      shop.accepted('tenant/main', 'RegisterPaymentProvider', {
        ...{ name: 'bank', silenceMs: 30_000, pausesMs: [10_000, 20_000, 30_000] },
        ...{ refunds: false, legs: false, ...rules },
      }),
    begin: async (name) => {
      const order = await shop.place(name);
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
