import type { StatementDifference } from '../messages/generated/types.ts';

/** Money that moved at a provider, as a statement or the orders have it: over a payment, all of one kind together. */
export type Movement = {
  readonly moved: 'paid' | 'refunded';
  readonly paymentId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
};

/** What the orders have of it. `day`: UTC, on which it was recorded last. */
export type OwnMovement = Movement & { readonly orderId: string; readonly day: string };

/** What a movement is called by both sides. */
export const movementName = ({
  moved,
  paymentId,
}: {
  readonly moved: string;
  readonly paymentId: string;
}): string => `${moved} ${paymentId}`;

/** Movements of one name added up, in the order of their names. The last one says where and when. */
export const addedUp = <M extends Movement>(movements: readonly M[]): readonly M[] => {
  const byName = new Map<string, M>();
  for (const one of movements) {
    const name = movementName(one);
    byName.set(name, { ...one, amount: (byName.get(name)?.amount ?? 0) + one.amount });
  }
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};

export type Compared = {
  readonly matched: number;
  /** Names of movements that the orders have on another day. */
  readonly elsewhere: readonly string[];
  readonly differences: readonly StatementDifference[];
};

type Sides = { readonly theirs: Movement | undefined; readonly ours: OwnMovement | undefined };

const differenceOf = ({ theirs, ours }: Sides): StatementDifference | undefined => {
  const one = theirs ?? ours;
  if (one === undefined) return undefined;
  const isSame = theirs?.amount === ours?.amount && theirs?.currency === ours?.currency;
  if (theirs !== undefined && ours !== undefined && isSame) return undefined;
  return {
    kind: ours === undefined ? 'missing-here' : theirs === undefined ? 'missing-there' : 'amount-differs',
    ...{ moved: one.moved, paymentId: one.paymentId, orderId: ours?.orderId ?? null },
    ...{ theirs: theirs?.amount ?? null, theirCurrency: theirs?.currency ?? null },
    ...{ ours: ours?.amount ?? null, ourCurrency: ours?.currency ?? null },
  };
};

/**
 * A statement about a day held against the orders. `ours`: what they have of that day, and whatever they have of the
 * statement's payments. `told`: names of movements of which the statement of another day has told.
 */
export const compareStatement = (
  theirs: readonly Movement[],
  ours: readonly OwnMovement[],
  { day, told }: { readonly day: string; readonly told: ReadonlySet<string> },
): Compared => {
  const ownByName = new Map(ours.map((one) => [movementName(one), one]));
  const differences: StatementDifference[] = [];
  const elsewhere: string[] = [];
  let matched = 0;
  for (const one of theirs) {
    const name = movementName(one);
    const own = ownByName.get(name);
    ownByName.delete(name);
    if (own !== undefined && own.day !== day) elsewhere.push(name);
    const difference = differenceOf({ theirs: one, ours: own });
    if (difference) differences.push(difference);
    else matched += 1;
  }
  for (const [name, own] of ownByName) {
    if (own.day !== day || told.has(name)) continue;
    const difference = differenceOf({ theirs: undefined, ours: own });
    if (difference) differences.push(difference);
  }
  return { matched, elsewhere, differences };
};
