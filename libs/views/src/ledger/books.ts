import { dueOf, outstanding, surplusOf, type OrderState, type Refund } from '@orderloom/domain';
import type { Balances } from './postings.ts';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What of a refund is back with the buyer. */
const goneOf = (refund: Refund): number => refund.amount - dueOf(refund);

/**
 * What is wrong with an order's balances by the state behind the same event, as a sentence; `undefined`: nothing. The state
 * knows its money in another way than the ledger does.
 */
export const booksFault = (balances: Balances, state: OrderState): string | undefined => {
  const { paid, refunds } = state.money;
  const due = sum(refunds.map(({ amount }) => amount));
  const gone = sum(refunds.map(goneOf));
  const expected: Balances = {
    receivable: outstanding(state),
    provider: paid + surplusOf(state.money) - gone,
    'refunds-due': gone - due,
  };
  for (const [account, amount] of Object.entries(expected) as [keyof Balances, number][])
    if ((balances[account] ?? 0) !== amount)
      return `${account} has ${balances[account] ?? 0} in the ledger, and ${amount} by the order's money`;
  const all = sum(Object.values(balances));
  return all === 0 ? undefined : `the accounts add up to ${all}`;
};
