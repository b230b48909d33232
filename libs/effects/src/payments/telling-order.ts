import type { AskedPayment, OrderCommand } from '@orderloom/domain';
import type { PaymentAnswer } from '@orderloom/engine';
import type { Say } from '../attempt.ts';
import type { CallOutcome } from '../effect-handler.ts';

/** A provider has said what became of a payment. */
export type Outcome = Extract<PaymentAnswer, { readonly status: 'paid' | 'failed' }>;

type Named = Pick<AskedPayment, 'paymentId' | 'provider'>;

const MISMATCHES: ReadonlySet<string | undefined> = new Set(['amount-mismatch', 'currency-mismatch']);

/** Said for the first time, said again, or known by another way: all the same to whoever has heard of it. */
const isRecorded = ({ outcome, rejection }: Awaited<ReturnType<Say>>): boolean =>
  outcome === 'accepted' || outcome === 'duplicate' || rejection?.code === 'payment-known';

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
    return isRecorded(failed)
      ? { outcome: 'succeeded', code: 'failed' }
      : { outcome: 'refused', code: failed.rejection?.code ?? failed.outcome };
  }
  const data = { ...payment, amount: said.amount, currency: said.currency };
  const paid = await tell({ type: 'ConfirmPayment', data, key: 'paid' });
  if (isRecorded(paid)) return { outcome: 'succeeded', code: 'paid' };
  const code = paid.rejection?.code;
  if (!MISMATCHES.has(code)) return { outcome: 'refused', code: code ?? paid.outcome };
  const mismatch = await tell({ type: 'ReportPaymentMismatch', data, key: 'mismatch' });
  return isRecorded(mismatch)
    ? { outcome: 'succeeded', code: 'mismatch' }
    : { outcome: 'refused', code: mismatch.rejection?.code ?? mismatch.outcome };
};
