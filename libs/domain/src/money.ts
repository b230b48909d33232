/** An amount in minor units: a whole number from 0 to 2^53 - 1. */
export type Amount = number;

type Priced = {
  readonly quantity: number;
  readonly unitPrice: Amount;
  readonly discount: Amount;
  readonly tax: { readonly amount: Amount; readonly included: boolean } | null;
};

/** The money of one order, as its caller gives it. */
export type OrderMoney = {
  readonly lines: readonly Priced[];
  readonly shipping: Amount;
  readonly fees: Amount;
  readonly discount: Amount;
  readonly total: Amount;
};

/** What is wrong with an order's money, as a rejection's code, reason and pointer. */
export type MoneyFault = {
  readonly code: 'amount-too-large' | 'discount-too-large' | 'tax-too-large' | 'total-mismatch';
  readonly reason: string;
  readonly pointer: string;
};

/** What one line costs: quantity times price, less its discount, plus tax that comes on top. */
export const lineAmount = (line: Priced): Amount =>
  line.quantity * line.unitPrice -
  line.discount +
  (line.tax === null || line.tax.included ? 0 : line.tax.amount);

const tooLarge = (pointer: string): MoneyFault => ({
  code: 'amount-too-large',
  reason: 'amounts go up to 9007199254740991 minor units',
  pointer,
});

const faultOfLine = (line: Priced, index: number): MoneyFault | undefined => {
  const at = `/lines/${index}`;
  const goods = line.quantity * line.unitPrice;
  if (!Number.isSafeInteger(goods)) return tooLarge(`${at}/unitPrice`);
  if (line.discount > goods)
    return {
      code: 'discount-too-large',
      reason: `a discount of ${line.discount} is more than the ${goods} that the line costs`,
      pointer: `${at}/discount`,
    };
  const charged = goods - line.discount;
  if (line.tax?.included && line.tax.amount > charged)
    return {
      code: 'tax-too-large',
      reason: `an included tax of ${line.tax.amount} is more than the ${charged} that the line costs`,
      pointer: `${at}/tax/amount`,
    };
  return Number.isSafeInteger(lineAmount(line)) ? undefined : tooLarge(`${at}/tax/amount`);
};

/** Checks that an order's amounts add up to its total, exactly. `undefined`: they do. */
export const moneyFault = (order: OrderMoney): MoneyFault | undefined => {
  let sum = order.shipping + order.fees;
  for (const [index, line] of order.lines.entries()) {
    const fault = faultOfLine(line, index);
    if (fault) return fault;
    sum += lineAmount(line);
    if (!Number.isSafeInteger(sum)) return tooLarge('/total');
  }
  if (!Number.isSafeInteger(sum)) return tooLarge('/total');
  if (order.discount > sum)
    return {
      code: 'discount-too-large',
      reason: `a discount of ${order.discount} is more than the ${sum} that everything costs`,
      pointer: '/discount',
    };
  const due = sum - order.discount;
  if (due === order.total) return undefined;
  return {
    code: 'total-mismatch',
    reason: `the amounts add up to ${due}, the total says ${order.total}`,
    pointer: '/total',
  };
};

/** floor(amount * numerator / denominator) and its remainder, exact. 0 <= numerator <= denominator, both safe. */
const proportion = (
  amount: Amount,
  numerator: number,
  denominator: number,
): { part: Amount; rest: number } => {
  const product = amount * numerator;
  if (Number.isSafeInteger(product))
    return { part: Math.floor(product / denominator), rest: product % denominator };
  const exact = BigInt(amount) * BigInt(numerator);
  const divisor = BigInt(denominator);
  return { part: Number(exact / divisor), rest: Number(exact % divisor) };
};

/**
 * Cuts an amount into shares in proportion to weights: rounded down, then one unit more for those with the largest
 * remainders, the earlier one first where two are equal. The shares sum to the amount exactly.
 * Where all weights are 0 every share counts the same. The weights must sum to a safe integer.
 */
export const apportion = (amount: Amount, weights: readonly number[]): readonly Amount[] => {
  const given = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = weights.map((weight, index) => ({
    ...(given === 0 ? proportion(amount, 1, weights.length) : proportion(amount, weight, given)),
    index,
  }));
  const shares = parts.map(({ part }) => part);
  let left = amount - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of parts.sort((a, b) => b.rest - a.rest || a.index - b.index)) {
    if (left === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    left -= 1;
  }
  return shares;
};

/** Each line's share of the order's total: shipping, fees and the order's discount spread over the lines. */
export const lineShares = (order: OrderMoney): readonly Amount[] => {
  const amounts = order.lines.map(lineAmount);
  const free = amounts.every((amount) => amount === 0);
  return apportion(order.total, free ? order.lines.map((line) => line.quantity) : amounts);
};

/**
 * The share of `units` of a line's units of which `before` were given back earlier. In whatever portions all units
 * of a line are given back, their shares sum to the line's share exactly.
 */
export const shareOfUnits = (share: Amount, quantity: number, before: number, units: number): Amount =>
  proportion(share, before + units, quantity).part - proportion(share, before, quantity).part;
