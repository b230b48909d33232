import type { Json } from '../connection/api.ts';
import type { OutsideCommand } from '../connection/outside-command.ts';
import type { ShopOrder } from './shop-orders.ts';

/** What a step may look up: ids and numbers that the engine makes. */
export type Look = {
  /** Id of an order that was placed before. */
  readonly orderId: (number: number) => string;
  /** The order as the engine shows it, with everything that earlier steps did. */
  readonly order: (number: number) => Promise<Json>;
};

/** One thing that somebody does in the shop. */
export type Step = {
  /** ms of the shop's own time; steps are done in this order. */
  readonly at: number;
  /** Names the step within the whole demo; the same on every machine. */
  readonly id: string;
  /** The order that the step places, where it places one. */
  readonly places?: number;
  /** The same click once more: left out where its first one was done by an earlier run. */
  readonly clickedAgain?: true;
  readonly command: (look: Look) => OutsideCommand | Promise<OutsideCommand>;
};

/** A step that sends one command to one order. */
export const orderStep = (
  order: ShopOrder,
  {
    at,
    name,
    type,
    data,
  }: { readonly at: number; readonly name: string; readonly type: string; readonly data: object },
): Step => ({
  at,
  id: `${order.number}:${name}`,
  command: (look) => ({ collection: 'orders', key: look.orderId(order.number), type, data }),
});

const PROVIDER = 'demo-pay';

/** The provider calls back: the money is there. `attempt` from 1. */
export const paid = (order: ShopOrder, at: number, attempt = 1): Step =>
  orderStep(order, {
    ...{ at, name: `paid-${attempt}`, type: 'ConfirmPayment' },
    data: paymentOf(order, attempt),
  });

export const paymentOf = (order: ShopOrder, attempt: number): object => ({
  paymentId: `pay-${order.number}-${attempt}`,
  amount: order.total,
  currency: 'EUR',
  provider: PROVIDER,
});

/** The provider calls back: it did not work. */
export const paymentFailed = (order: ShopOrder, at: number): Step =>
  orderStep(order, {
    ...{ at, name: 'payment-failed', type: 'ReportPaymentFailure' },
    data: { paymentId: `pay-${order.number}-1`, provider: PROVIDER, reason: 'card declined' },
  });

export const cancelled = (order: ShopOrder, at: number, reason: string): Step =>
  orderStep(order, { at, name: 'cancelled', type: 'CancelOrder', data: { reason } });

/** The provider has sent the money of the order's first refund back. */
export const refunded = (order: ShopOrder, at: number): Step => ({
  at,
  id: `${order.number}:refunded`,
  command: async (look) => {
    const { refunds } = await look.order(order.number);
    const [refund] = refunds as readonly { readonly refundId: string; readonly amount: number }[];
    const data = { refundId: refund?.refundId ?? 'none', amount: refund?.amount ?? 0 };
    return { collection: 'orders', key: look.orderId(order.number), type: 'ConfirmRefund', data };
  },
});

const placement = (order: ShopOrder, allowRepeat: boolean): OutsideCommand => ({
  collection: 'orders',
  key: '',
  type: 'PlaceOrder',
  data: {
    lifecycle: order.fate === 'on-terms' || order.fate === 'to-repair' ? 'terms' : 'retail',
    ...{ buyerId: order.buyerId, merchantId: 'tea-house', currency: 'EUR', lines: order.lines },
    ...{ shipping: order.shipping, total: order.total, receiver: order.receiver },
    externalId: `demo-${order.number}`,
    allowRepeat,
  },
});

/** The shopper orders. Some click twice; the engine answers the second click with the first one's order. */
export const placed = (order: ShopOrder): readonly Step[] => {
  const { at, number, clicksTwice } = order;
  const click: Step = { at, id: `${number}:placed`, places: number, command: () => placement(order, true) };
  const again: Step = {
    at,
    id: `${number}:again`,
    clickedAgain: true,
    command: () => placement(order, false),
  };
  return clicksTwice ? [click, again] : [click];
};
