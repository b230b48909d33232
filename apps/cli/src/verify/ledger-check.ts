import type { OrderEvent, OrderState } from '@orderloom/domain';
import { booksFault, noBalances, posted, postingsOf, type Balances } from '@orderloom/views';
import type { Check } from './check.ts';

/** What an order's events post adds up to zero, and is what the order itself knows of its money, behind each of them. */
export const ledgerCheck = (): Check => {
  const ledgers = new Map<string, Balances>();
  return {
    onEvent: ({ event, id, state }) => {
      if (event.stream.type !== 'order' || state === undefined) return [];
      const { type, data } = event;
      const before = ledgers.get(id) ?? noBalances;
      const balances = posted(before, postingsOf({ type, data } as OrderEvent, before));
      ledgers.set(id, balances);
      const fault = booksFault(balances, state as OrderState);
      return fault === undefined ? [] : [fault];
    },
  };
};
