import type {
  LinesDelivered,
  LinesShipped,
  OrderCancelled,
  OrderPlaced,
  PaymentConfirmed,
  PlaceOrderData,
  RefundDue,
  ReturnRequested,
} from '../messages/generated/order.ts';
import type { LineQuantity } from '../messages/generated/types.ts';
import { defaultPolicy } from '../tenant/state.ts';
import { examplePlacement, exampleTenant, NOON } from './examples.ts';

/** `units('a', 2, 'b', 1)`: two units of line a, one of line b. */
export const units = (...said: readonly (string | number)[]): readonly LineQuantity[] => {
  const lines: LineQuantity[] = [];
  for (let i = 0; i < said.length; i += 2)
    lines.push({ lineId: String(said[i]), quantity: Number(said[i + 1]) });
  return lines;
};

/** The example order, placed at noon; `location`: where stock is tracked. */
export const orderPlaced = (
  more: Partial<PlaceOrderData> & { readonly location?: string | null } = {},
): OrderPlaced => {
  const { location = null, ...said } = more;
  const {
    receiver: _receiver,
    allowRepeat: _allowRepeat,
    payBy: _payBy,
    lifecycle,
    ...data
  } = examplePlacement(said);
  const name = lifecycle ?? 'retail';
  return {
    type: 'OrderPlaced',
    data: {
      ...data,
      receiver: null,
      lifecycle: exampleTenant().current[name] ?? '',
      lines: data.lines.map((line) => ({ ...line, location })),
      tokens: [],
      due: name === 'retail' ? NOON + defaultPolicy.paymentTimeoutMs : null,
      paymentTimeout: null,
      policyVersion: 1,
      reserveLater: [],
      fields: {},
    },
  };
};

export const paid = (amount = 3499): PaymentConfirmed => ({
  type: 'PaymentConfirmed',
  data: { paymentId: 'pay-1', amount, currency: 'EUR', provider: 'bank' },
});

export const shipped = (parcelId: string, lines: readonly LineQuantity[], last = false): LinesShipped => ({
  type: 'LinesShipped',
  data: { parcelId, lines, last, fulfilmentId: null, due: null },
});

export const delivered = (
  parcelId: string,
  lines: readonly LineQuantity[],
  last = false,
): LinesDelivered => ({
  type: 'LinesDelivered',
  data: { parcelId, lines, buyerId: 'ann', last, due: null, automatic: false },
});

export const cancelled = (released: readonly LineQuantity[] = []): OrderCancelled => ({
  type: 'OrderCancelled',
  data: { buyerId: 'ann', reason: 'late', released },
});

/** Against one payment: the example one unless said. */
export const refundDue = (
  refundId: string,
  amount: number,
  paymentId = 'pay-1',
  provider = 'bank',
): RefundDue => ({
  type: 'RefundDue',
  data: { refundId, amount, legs: [{ paymentId, provider, amount }] },
});

export const returnRequested = (returnId: string, lines: readonly LineQuantity[]): ReturnRequested => ({
  type: 'ReturnRequested',
  data: { returnId, lines, reason: 'too small' },
});
