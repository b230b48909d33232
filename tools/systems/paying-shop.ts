import { paymentQueryHandler, paymentRefundHandler, type ProviderAccounts } from '@orderloom/effects';
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
  /** The tenant wants this provider asked. */
  readonly register: (rules?: {
    readonly silenceMs?: number;
    readonly pausesMs?: readonly number[];
    readonly refunds?: boolean;
  }) => Promise<void>;
  /** Places an order, says that its payment starts, and lets the buyer begin it. */
  readonly begin: (name: string) => Promise<string>;
  /** Lets seconds pass, with everything that is called and asked in each. */
  readonly seconds: (count: number) => Promise<void>;
};

const SECOND = 1_000;

export const openPayingShop = async ({
  seed,
  faults,
  decidesWithinMs,
  asksFirst = true,
  ...parts
}: ShopParts & {
  readonly seed: number;
  readonly faults: ProviderFaults;
  readonly decidesWithinMs: number;
  /** A refund that may have happened is asked about before it is asked for again. */
  readonly asksFirst?: boolean;
}): Promise<PayingShop> => {
  const clock = virtualClock(NOON);
  const provider = fakePaymentProvider({ seed, clock, faults, decidesWithinMs });
  const accounts: ProviderAccounts = new Map([['bank', { tenant: 'main', provider: provider.port }]]);
  const shop = await openWorkingShop(
    (send) => {
      const { query, ...refund } = paymentRefundHandler({ accounts, send });
      return {
        'payment-query': paymentQueryHandler({ accounts, send }),
        'payment-refund': asksFirst && query ? { ...refund, query } : refund,
      };
    },
    { ...parts, clock },
  );
  return {
    ...shop,
    provider,
    register: ({ silenceMs = 30_000, pausesMs = [10_000, 20_000, 30_000], refunds = false } = {}) =>
      shop.accepted('tenant/main', 'RegisterPaymentProvider', { name: 'bank', silenceMs, pausesMs, refunds }),
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
