/** Minor units. */
const MUG = 1250;

/** What a buyer of that name places: one mug, and every field of an order said. */
export const mugOrder = (name: string) => ({
  ...{ buyerId: `buyer-${name}`, merchantId: null, lifecycle: 'retail', currency: 'EUR', receiver: null },
  ...{ total: MUG, shipping: 0, fees: 0, discount: 0, externalId: null, allowRepeat: false, fields: {} },
  lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: MUG, discount: 0, tax: null }],
});

/** What pays it. */
export const mugPayment = (paymentId: string) => ({
  ...{ paymentId, amount: MUG, currency: 'EUR', provider: 'bank' },
});
