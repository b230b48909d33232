import type { AskedPayment, OrderCommand } from '@orderloom/domain';
import type { PaymentAnswer } from '@orderloom/engine';
import type { Say } from '../attempt.ts';
import type { CallOutcome } from '../effect-handler.ts';
import { toldAs } from './call-outcomes.ts';

/** A provider has said what became of a payment. */
export type Outcome = Extract<PaymentAnswer, { readonly status: 'paid' | 'failed' }>;

type Named = Pick<AskedPayment, 'paymentId' | 'provider'>;

const MISMATCHES: ReadonlySet<string | undefined> = new Set(['amount-mismatch', 'currency-mismatch']);

const KNOWN = 'payment-known';

/**
 * Tells an order what its provider says. Money that is not what was agreed is reported as that. `failed` where the order
 * refuses to hear of it: a person has to look.
 */
export const tellOrder = async (
  say: Say,
  orderId: string,
  { paymentId, provider }: Named,
  said: Outcome,
): Promise<CallOutcome> => {
  const order = { type: 'order', key: orderId };
  const tell = (command: OrderCommand & { readonly key: string }) => say(order, command);
  const payment = { paymentId, provider };
  if (said.status === 'failed') {
    const data = { ...payment, reason: said.reason };
    const failed = await tell({ type: 'ReportPaymentFailure', data, key: 'failed' });
    return toldAs('failed', failed, KNOWN);
  }
  const data = { ...payment, amount: said.amount, currency: said.currency };
  const paid = await tell({ type: 'ConfirmPayment', data, key: 'paid' });
  if (!MISMATCHES.has(paid.rejection?.code)) return toldAs('paid', paid, KNOWN);
  const mismatch = await tell({ type: 'ReportPaymentMismatch', data, key: 'mismatch' });
  return toldAs('mismatch', mismatch, KNOWN);
};
