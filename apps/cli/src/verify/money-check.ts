import {
  paymentOfLeg,
  type ChargesAdjustedData,
  type OrderEvent,
  type OrderPlacedData,
} from '@orderloom/domain';
import type { Check } from './check.ts';
import { bookBack, bookDue, brought, refundLedger, type RefundLedger } from './refund-ledger.ts';

/** One order's money, counted from its events alone. */
type Ledger = {
  total: number;
  paid: number;
  /** What came beyond what was owed. */
  surplus: number;
  readonly refunds: RefundLedger;
  due: number;
};

const sumOf = ({ lines, shipping, fees, discount }: OrderPlacedData): bigint =>
  lines.reduce(
    (sum, { quantity, unitPrice, discount: off, tax }) => {
      const onTop = tax === null || tax.included ? 0 : tax.amount;
      return sum + BigInt(quantity) * BigInt(unitPrice) - BigInt(off) + BigInt(onTop);
    },
    BigInt(shipping) + BigInt(fees) - BigInt(discount),
  );

const cameIn = ({ paid, surplus }: Ledger): number => paid + surplus;

/** What was is what is known, and nothing but shipping and fees is another amount behind it. */
const adjusted = (ledger: Ledger, { before, after }: ChargesAdjustedData): readonly string[] => {
  const known = ledger.total;
  const [was, is] = [before, after].map(
    ({ total, shipping, fees }) => BigInt(total) - BigInt(shipping) - BigInt(fees),
  );
  ledger.total = after.total;
  if (ledger.paid > 0) return [`its charges are adjusted where ${ledger.paid} is paid`];
  return before.total === known && was === is
    ? []
    : [
        `its charges are adjusted from ${before.total} to ${after.total}, which does not follow from ${known}`,
      ];
};

const book = (ledger: Ledger, event: OrderEvent): readonly string[] => {
  switch (event.type) {
    case 'PaymentConfirmed':
      ledger.paid += event.data.amount;
      brought(ledger.refunds, event.data, event.data.amount);
      return ledger.paid <= ledger.total ? [] : [`${ledger.paid} is paid of a total of ${ledger.total}`];
    case 'BillPaid': {
      const { billId, amount, legs } = event.data;
      ledger.paid += amount;
      for (const leg of legs) brought(ledger.refunds, paymentOfLeg(billId, leg), leg.amount);
      return ledger.paid <= ledger.total ? [] : [`${ledger.paid} is paid of a total of ${ledger.total}`];
    }
    case 'ChargesAdjusted':
      return adjusted(ledger, event.data);
    case 'SurplusReceived':
      ledger.surplus += event.data.amount;
      brought(ledger.refunds, event.data, event.data.amount);
      return [];
    case 'RefundDue':
      ledger.due += event.data.amount;
      return [
        ...bookDue(ledger.refunds, event.data),
        ...(ledger.due <= cameIn(ledger)
          ? []
          : [`${ledger.due} goes back of ${cameIn(ledger)} that were paid`]),
      ];
    case 'RefundConfirmed':
      return bookBack(ledger.refunds, event.data);
    default:
      return [];
  }
};

/** An order's amounts add up; nobody pays more than the total, and nobody gets back more than was paid. */
export const moneyCheck = (): Check => {
  const ledgers = new Map<string, Ledger>();
  return {
    onEvent: ({ event, id }) => {
      if (event.stream.type !== 'order') return [];
      const said = { type: event.type, data: event.data } as OrderEvent;
      if (said.type === 'OrderPlaced') {
        ledgers.set(id, { total: said.data.total, paid: 0, surplus: 0, refunds: refundLedger(), due: 0 });
        const sum = sumOf(said.data);
        return sum === BigInt(said.data.total)
          ? []
          : [`its amounts add up to ${sum}, its total says ${said.data.total}`];
      }
      const ledger = ledgers.get(id);
      return ledger ? book(ledger, said) : [];
    },
  };
};
