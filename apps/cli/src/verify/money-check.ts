import type { OrderEvent, OrderPlacedData } from '@orderloom/domain';
import type { Check } from './check.ts';

/** One order's money, counted from its events alone. */
type Ledger = {
  readonly total: number;
  paid: number;
  /** What came beyond what was owed. */
  surplus: number;
  /** Refund -> its amount; 0 once the money is back. */
  readonly refunds: Map<string, number>;
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

const book = (ledger: Ledger, event: OrderEvent): readonly string[] => {
  switch (event.type) {
    case 'PaymentConfirmed':
      ledger.paid += event.data.amount;
      return ledger.paid <= ledger.total ? [] : [`${ledger.paid} is paid of a total of ${ledger.total}`];
    case 'SurplusReceived':
      ledger.surplus += event.data.amount;
      return [];
    case 'RefundDue':
      if (ledger.refunds.has(event.data.refundId)) return [`refund ${event.data.refundId} is due twice`];
      ledger.refunds.set(event.data.refundId, event.data.amount);
      ledger.due += event.data.amount;
      return ledger.due <= cameIn(ledger)
        ? []
        : [`${ledger.due} goes back of ${cameIn(ledger)} that were paid`];
    case 'RefundConfirmed': {
      const due = ledger.refunds.get(event.data.refundId);
      ledger.refunds.set(event.data.refundId, 0);
      return due === event.data.amount
        ? []
        : [`${event.data.amount} went back for refund ${event.data.refundId}, where ${due ?? 0} was due`];
    }
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
        ledgers.set(id, { total: said.data.total, paid: 0, surplus: 0, refunds: new Map(), due: 0 });
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
