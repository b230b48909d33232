// Orders that the specs of the client place.
import { randomUUID } from 'node:crypto';
import type { Done, NewOrder, Result } from '@orderloom/client';

export const anOrder = (said: Partial<NewOrder> = {}): NewOrder => ({
  buyerId: `b-${randomUUID()}`,
  currency: 'EUR',
  total: 2_498,
  lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
  ...said,
});

export const aPayment = { paymentId: 'p-1', amount: 2_498, currency: 'EUR', provider: 'bank' };

/** A result that has to be good for the test to make sense. */
export const done = (result: Result): Done => {
  if (result.outcome !== 'accepted' && result.outcome !== 'duplicate')
    throw new Error(JSON.stringify(result));
  return result;
};

/** Asks again under the same key while the command is kept and not decided yet. */
export const insisting = async (
  ask: (again: { readonly key?: string }) => Promise<Result>,
): Promise<Done> => {
  let result = await ask({});
  while (result.outcome === 'pending') result = await ask({ key: result.key });
  return done(result);
};
