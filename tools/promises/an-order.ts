/** What an order is placed with, as a caller sends it. */
export const anOrder = (buyerId: string, more: object = {}): object => ({
  ...{ buyerId, currency: 'EUR', lines: [{ lineId: 'line-1', sku: 'SKU-1', quantity: 2, unitPrice: 700 }] },
  ...{ total: 1400, allowRepeat: true },
  ...more,
});
