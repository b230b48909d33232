import type { LegAnswer, PaymentAnswer, RefundAnswer } from '@orderloom/engine';
import type { Outcome } from './telling-order.ts';

/** What a provider has said that can be understood. */
export type Said = Exclude<PaymentAnswer | RefundAnswer | LegAnswer, { readonly status: 'silent' }>;

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

/** What is asked about. */
export type Matter = 'payment' | 'refund' | 'leg';

/** What each of them is called where money is behind it. */
const WITH_MONEY = { payment: ['paid'], refund: ['refunded'], leg: ['frozen', 'captured'] } as const;

/** Reads what a provider says of a payment, a refund or a leg. */
export const readAnswer = (text: string, matter: Matter): Said | undefined => {
  const fields = fieldsOf(text);
  return fields && saidIn(fields, matter);
};

const saidIn = (fields: Fields, matter: Matter): Said | undefined => {
  const { status } = fields;
  const done = WITH_MONEY[matter].find((one) => one === status);
  if (done !== undefined) {
    const money = moneyOf(fields);
    return money && { status: done, ...money };
  }
  if (status === 'failed') return { status, reason: reasonOf(fields['reason']) };
  if (status === 'released') return matter === 'leg' ? { status } : undefined;
  return status === 'pending' ? { status } : undefined;
};

/** What a provider calls back about a payment of an order. */
export type Callback = { readonly orderId: string; readonly paymentId: string; readonly said: Outcome };

/** Reads a callback; `undefined`: nobody understands it, or it says nothing that an order waits for. */
export const readCallback = (text: string): Callback | undefined => {
  const fields = fieldsOf(text);
  const { reference, paymentId } = fields ?? {};
  const said = fields && saidIn(fields, 'payment');
  if (!isName(reference) || !isName(paymentId)) return undefined;
  return said?.status === 'paid' || said?.status === 'failed'
    ? { orderId: reference, paymentId, said }
    : undefined;
};
