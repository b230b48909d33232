/** How many objects of a kind a row may name. */
type Count = 'one' | 'some' | 'any';

type Naming = { readonly orders: Count; readonly items: Count; readonly packages: Count };

const ofItems: Naming = { orders: 'any', items: 'some', packages: 'any' };
const ofOrders: Naming = { orders: 'some', items: 'any', packages: 'any' };
const ofPackage: Naming = { orders: 'any', items: 'any', packages: 'one' };

/** Every activity of an order log, and what its row must name. */
export const ACTIVITIES = {
  'place order': { orders: 'one', items: 'some', packages: 'any' },
  'confirm order': ofOrders,
  'pay order': ofOrders,
  'payment reminder': ofOrders,
  'pick item': ofItems,
  'item out of stock': ofItems,
  'reorder item': ofItems,
  'create package': { orders: 'any', items: 'some', packages: 'one' },
  'send package': ofPackage,
  'failed delivery': ofPackage,
  'package delivered': ofPackage,
} as const satisfies Readonly<Record<string, Naming>>;

export type Activity = keyof typeof ACTIVITIES;

export const isActivity = (text: string): text is Activity => Object.hasOwn(ACTIVITIES, text);

const SAYS: Readonly<Record<Count, string>> = { one: 'exactly one', some: 'at least one', any: 'any' };

const fits = (count: Count, length: number): boolean =>
  count === 'any' || (count === 'one' ? length === 1 : length > 0);

/** What a row of this activity should have named; `undefined`: it does. */
export const misnamed = (
  activity: Activity,
  named: { readonly [K in keyof Naming]: readonly string[] },
): string | undefined => {
  const naming: Naming = ACTIVITIES[activity];
  for (const kind of ['orders', 'items', 'packages'] as const)
    if (!fits(naming[kind], named[kind].length))
      return `"${activity}" names ${SAYS[naming[kind]]} ${kind}, this row ${named[kind].length}`;
  return undefined;
};
