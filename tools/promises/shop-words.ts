import type { ShopOrder, ShopWords } from '@orderloom/testing';
import type { Sent } from './sender.ts';

export const SKUS = 100;
const PIECES = 1_000_000;

/** Somebody for the goods to go to. */
export const receiverOf = (order: ShopOrder) => ({
  name: `Receiver ${String(order.index)}`,
  phone: `+49 30 ${String(5_000_000 + order.index)}`,
  email: `receiver-${String(order.index)}@example.org`,
  line1: `Long Road ${String(order.index)}`,
  line2: null,
  city: 'Berlin',
  region: null,
  postalCode: '10115',
  country: 'DE',
});

/** The shop's acts as retail commands. `sealed`: the edge seals a clear receiver; without an edge there is none. */
export const retailWords = ({ sealed }: { readonly sealed: boolean }): ShopWords => {
  const linesOf = ({ lines }: ShopOrder) => lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const parcelId = ({ index }: ShopOrder): string => `parcel-${String(index)}`;
  return {
    place: (order) => ({
      type: 'PlaceOrder',
      data: {
        ...{ buyerId: order.buyerId, merchantId: null, lifecycle: 'retail', currency: 'EUR' },
        lines: order.lines.map((line) => ({ ...line, discount: 0, tax: null })),
        ...{ shipping: 0, fees: 0, discount: 0, total: order.total },
        receiver: sealed ? receiverOf(order) : null,
        externalId: `shop-${String(order.index)}`,
        allowRepeat: true,
      },
    }),
    pay: (order) => ({
      type: 'ConfirmPayment',
      data: {
        paymentId: `payment-${String(order.index)}`,
        amount: order.total,
        currency: 'EUR',
        provider: 'bank',
      },
    }),
    ship: (order) => ({ type: 'ShipLines', data: { parcelId: parcelId(order), lines: linesOf(order) } }),
    deliver: (order) => ({ type: 'ConfirmDelivery', data: { parcelId: parcelId(order) } }),
    cancel: () => ({ type: 'CancelOrder', data: { reason: 'changed their mind', lines: null } }),
  };
};

const NO_CHANGE = {
  ...{ duplicateWindowMs: null, reminderAfterMs: null, maxReminders: null, location: null },
};

/** What the shop needs before it opens: rules, and every article on the shelf. */
export const openingCommands = (paymentTimeoutMs: number): readonly Sent[] => [
  {
    stream: { tenant: 'main', type: 'tenant', key: 'main' },
    type: 'SetPolicy',
    data: { ...NO_CHANGE, stock: 'tracked', paymentTimeoutMs },
    ...{ commandId: 'opening-policy', expectedVersion: null },
  },
  ...Array.from({ length: SKUS }, (_, article): Sent => ({
    stream: { tenant: 'main', type: 'stock', key: `SKU-${String(article)}@main` },
    type: 'ReceiveStock',
    data: { quantity: PIECES, reference: 'opening' },
    ...{ commandId: `opening-${String(article)}`, expectedVersion: null },
  })),
];
