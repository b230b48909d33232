import type { PaymentAnswer, RefundAnswer } from '@orderloom/engine';
import type { Outcome } from './telling-order.ts';

/** What a provider has said that can be understood. */
export type Said = Exclude<PaymentAnswer | RefundAnswer, { readonly status: 'silent' }>;

const CURRENCY = /^[A-Z]{3}$/;
/** As the schemas of orders and payments want them. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;
const REASON = /^[a-z0-9][a-z0-9._-]{0,63}$/;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
};

/** A text of somebody else stands in the order for ever, so only a code is taken: it may not hold a name. */
const reasonOf = (said: unknown): string =>
  typeof said === 'string' && REASON.test(said) ? said : 'unspecified';

const moneyOf = ({ amount, currency }: Fields) =>
  Number.isSafeInteger(amount) &&
  Number(amount) >= 0 &&
  typeof currency === 'string' &&
  CURRENCY.test(currency)
    ? { amount: Number(amount), currency }
    : undefined;

const isName = (text: unknown): text is string => typeof text === 'string' && NAME.test(text);

/** Reads what a provider says of a payment or a refund; `done`: what it calls the one that has worked. */
export const readAnswer = (text: string, done: 'paid' | 'refunded'): Said | undefined => {
  const fields = fieldsOf(text);
  return fields && saidIn(fields, done);
};

const saidIn = (fields: Fields, done: 'paid' | 'refunded'): Said | undefined => {
  switch (fields['status']) {
    case done: {
      const money = moneyOf(fields);
      return money && { status: done, ...money };
    }
    case 'failed':
      return { status: 'failed', reason: reasonOf(fields['reason']) };
    case 'pending':
      return { status: 'pending' };
    default:
      return undefined;
  }
};

/** What a provider calls back about a payment of an order. */
export type Callback = { readonly orderId: string; readonly paymentId: string; readonly said: Outcome };

/** Reads a callback; `undefined`: nobody understands it, or it says nothing that an order waits for. */
export const readCallback = (text: string): Callback | undefined => {
  const fields = fieldsOf(text);
  const { reference, paymentId } = fields ?? {};
  const said = fields && saidIn(fields, 'paid');
  if (!isName(reference) || !isName(paymentId)) return undefined;
  return said?.status === 'paid' || said?.status === 'failed'
    ? { orderId: reference, paymentId, said }
    : undefined;
};
