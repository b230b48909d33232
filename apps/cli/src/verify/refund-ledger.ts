import type { RefundConfirmedData, RefundDueData } from '@orderloom/domain';

type Named = { readonly paymentId: string; readonly provider: string };

/** What of a refund is not back yet, by its payment; all of it under one name where it says none. */
type Refund = Map<string, number>;

/** What payments brought and what goes back against them, counted from the events of one order alone. */
export type RefundLedger = {
  /** Payment -> what it brought less what goes back against it. */
  readonly left: Map<string, number>;
  readonly refunds: Map<string, Refund>;
};

const NO_NAME = '';
const nameOf = ({ paymentId, provider }: Named): string => `${provider}/${paymentId}`;

export const refundLedger = (): RefundLedger => ({ left: new Map(), refunds: new Map() });

export const brought = ({ left }: RefundLedger, payment: Named, amount: number): void => {
  left.set(nameOf(payment), (left.get(nameOf(payment)) ?? 0) + amount);
};

/** Books a refund; gives what is wrong with it. */
export const bookDue = (ledger: RefundLedger, { refundId, amount, legs }: RefundDueData): string[] => {
  if (ledger.refunds.has(refundId)) return [`refund ${refundId} is due twice`];
  const wrong: string[] = [];
  const refund: Refund = new Map(legs.length === 0 ? [[NO_NAME, amount]] : []);
  for (const leg of legs) {
    brought(ledger, leg, -leg.amount);
    const name = nameOf(leg);
    refund.set(name, leg.amount);
    const left = ledger.left.get(name) ?? 0;
    if (left < 0) wrong.push(`refund ${refundId} gives ${-left} more back against ${name} than it brought`);
  }
  const sum = [...refund.values()].reduce((total, part) => total + part, 0);
  if (sum !== amount) wrong.push(`the legs of refund ${refundId} add up to ${sum}, not to ${amount}`);
  ledger.refunds.set(refundId, refund);
  return wrong;
};

/** Books what is back; gives what is wrong with it. */
export const bookBack = (ledger: RefundLedger, said: RefundConfirmedData): string[] => {
  const { refundId, amount, paymentId, provider } = said;
  const refund: Refund = ledger.refunds.get(refundId) ?? new Map<string, number>();
  const name = paymentId === null || provider === null ? undefined : nameOf({ paymentId, provider });
  const about = [...refund.keys()].filter((leg) => name === undefined || leg === name || leg === NO_NAME);
  const due = about.reduce((sum, leg) => sum + (refund.get(leg) ?? 0), 0);
  const isInPart = about.length === 1 && about[0] === NO_NAME && name !== undefined && amount <= due;
  for (const leg of about) refund.set(leg, isInPart ? due - amount : 0);
  return due === amount || isInPart
    ? []
    : [`${amount} went back for refund ${refundId}, where ${due} was due`];
};
