import type { OrderEvent } from '@orderloom/domain';
import type { Check } from './check.ts';

/** What is known of one bill from its events alone. */
type Known = {
  readonly amount: number;
  is: 'open' | 'paid' | 'void';
  /** Leg -> what it holds or took, and whether it was taken; none once it was let go. */
  readonly legs: Map<string, { readonly amount: number; isTaken: boolean }>;
};

const issued = (
  legs: readonly { readonly legId: string; readonly amount: number }[],
  amount: number,
): Known => ({
  ...{ amount, is: 'open' },
  legs: new Map(legs.map((leg) => [leg.legId, { amount: leg.amount, isTaken: false }])),
});

const sumOf = ({ legs }: Known): number => [...legs.values()].reduce((sum, { amount }) => sum + amount, 0);

const paid = (bill: Known, billId: string, amount: number): readonly string[] => {
  const isWhole = bill.is === 'open' && [...bill.legs.values()].every(({ isTaken }) => isTaken);
  bill.is = 'paid';
  if (amount !== bill.amount || amount !== sumOf(bill))
    return [`bill ${billId} is paid with ${amount}, it is over ${bill.amount}`];
  return isWhole ? [] : [`bill ${billId} is paid before each of its legs is taken`];
};

const book = (bills: Map<string, Known>, event: OrderEvent): readonly string[] => {
  if (event.type === 'BillIssued') {
    const { billId, amount, legs } = event.data;
    const bill = issued(legs, amount);
    const isNew = !bills.has(billId);
    bills.set(billId, bill);
    if (!isNew) return [`bill ${billId} is issued twice`];
    return sumOf(bill) === amount
      ? []
      : [`the legs of bill ${billId} sum to ${sumOf(bill)}, not to ${amount}`];
  }
  if (!('billId' in event.data)) return [];
  const { billId } = event.data;
  const bill = bills.get(billId);
  if (!bill) return [`nobody has issued bill ${billId}`];
  switch (event.type) {
    case 'BillPaid':
      return paid(bill, billId, event.data.amount);
    case 'BillVoided': {
      const wasOpen = bill.is === 'open';
      bill.is = 'void';
      return wasOpen ? [] : [`bill ${billId} is void, and was not open`];
    }
    case 'LegCaptured': {
      const leg = bill.legs.get(event.data.legId);
      const isNews = leg?.isTaken === false;
      if (leg) leg.isTaken = true;
      return isNews ? [] : [`leg ${event.data.legId} of bill ${billId} is taken twice, or behind its end`];
    }
    case 'LegFailed':
    case 'LegReleased':
      if (event.type === 'LegReleased') bill.legs.delete(event.data.legId);
      return bill.is === 'paid' ? [`a leg of bill ${billId} is let go, and the bill is paid`] : [];
    default:
      return [];
  }
};

/** The legs of a bill sum to it, and it is paid with all of them or with none. */
export const billCheck = (): Check => {
  const ofOrders = new Map<string, Map<string, Known>>();
  return {
    onEvent: ({ event, id }) => {
      if (event.stream.type !== 'order' || !('billId' in event.data)) return [];
      const bills = ofOrders.get(id) ?? new Map<string, Known>();
      ofOrders.set(id, bills);
      return book(bills, { type: event.type, data: event.data } as OrderEvent);
    },
  };
};
