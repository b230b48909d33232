import type { Random } from './random.ts';

/** What becomes of an order, and how often, in percent. The rest is `plain`: paid, shipped, delivered. */
const FATES = [
  ['pays-at-second-try', 10],
  ['cancels-unpaid', 6],
  ['cancels-and-pays-late', 4],
  ['cancels-paid', 6],
  ['ships-in-two', 8],
  ['never-pays', 5],
  ['delivery-fails-once', 5],
  ['sends-back', 4],
  ['on-terms', 10],
] as const;

type Fate = (typeof FATES)[number][0] | 'plain' | 'sold-out' | 'to-repair';

export type ShopLine = {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: number;
};

/** One order as a shopper sends it, and what is going to happen to it. */
export type ShopOrder = {
  /** From 1. */
  readonly number: number;
  /** ms of the shop's own time. */
  readonly at: number;
  readonly fate: Fate;
  readonly buyerId: string;
  readonly lines: readonly [ShopLine, ...ShopLine[]];
  readonly shipping: number;
  readonly total: number;
  readonly receiver: Readonly<Record<string, string>>;
  /** The shopper clicks twice. */
  readonly clicksTwice: boolean;
};

type Product = { readonly sku: string; readonly price: number };

/** What the shop sells, price in cents. */
export const PRODUCTS: readonly [Product, ...Product[]] = [
  { sku: 'TEA-ASSAM-250', price: 890 },
  { sku: 'TEA-DARJEELING-100', price: 1290 },
  { sku: 'TEA-SENCHA-100', price: 1490 },
  { sku: 'TEAPOT-CAST-IRON', price: 6900 },
  { sku: 'TEAPOT-GLASS', price: 3450 },
  { sku: 'CUP-PORCELAIN', price: 1250 },
  { sku: 'CUP-STONEWARE', price: 1690 },
  { sku: 'KETTLE-STEEL', price: 5995 },
  { sku: 'STRAINER', price: 749 },
  { sku: 'HONEY-LINDEN', price: 815 },
  { sku: 'BISCUITS-GINGER', price: 495 },
  { sku: 'GIFT-BOX', price: 350 },
];

/** A print of which there are few: whoever comes later gets none. */
export const RARE = { sku: 'PRINT-LIMITED', price: 12_000, pieces: 3 };

const FIRST = ['Ada', 'Bo', 'Chen', 'Dara', 'Edith', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas'] as const;
const LAST = [
  'Okafor',
  'Lindqvist',
  'Marsh',
  'Nakamura',
  'Petrov',
  'Ruiz',
  'Sato',
  'Weber',
  'Yilmaz',
  'Zhou',
] as const;
const STREETS = ['Harbour Road', 'Mill Lane', 'Station Street', 'Garden Row'] as const;
type Town = readonly [city: string, country: string, postalCode: string];
const TOWNS: readonly [Town, ...Town[]] = [
  ['Lisbon', 'PT', '1100'],
  ['Ghent', 'BE', '9000'],
  ['Graz', 'AT', '8010'],
  ['Turku', 'FI', '20100'],
];

const receiverOf = (random: Random, buyer: number): Readonly<Record<string, string>> => {
  const [first, last] = [random.oneOf(FIRST), random.oneOf(LAST)];
  const [city, country, postalCode] = random.oneOf(TOWNS);
  return {
    name: `${first} ${last}`,
    email: `${first}.${last}.${buyer}@example.com`.toLowerCase(),
    line1: `${random.between(1, 99)} ${random.oneOf(STREETS)}`,
    ...{ city, postalCode, country },
  };
};

const linesOf = (random: Random): readonly [ShopLine, ...ShopLine[]] => {
  const line = (index: number): ShopLine => {
    const { sku, price } = random.oneOf(PRODUCTS);
    return { lineId: String(index), sku, quantity: random.between(1, 3), unitPrice: price };
  };
  const rest = Array.from({ length: random.between(0, 2) }, (_, index) => line(index + 2));
  return [line(1), ...rest];
};

const fateOf = (random: Random): Fate => {
  let drawn = random.between(0, 99);
  for (const [fate, percent] of FATES) {
    if (drawn < percent) return fate;
    drawn -= percent;
  }
  return 'plain';
};

const SHIPPING = 490;
const LONGEST_PAUSE = 20_000;
/** Every so many orders somebody wants the print. */
const RARE_EVERY = 40;
/** This order's payment fails and stays so. */
const REPAIR_FROM_END = 2;

/** What a shopper who wants the print gets, or what all others get. */
const draftOf = (random: Random, number: number, toRepair: number): Pick<ShopOrder, 'fate' | 'lines'> => {
  const [lines, fate] = [linesOf(random), fateOf(random)];
  if (number === toRepair) return { lines, fate: 'to-repair' };
  if (number % RARE_EVERY !== 0) return { lines, fate };
  const sold = number / RARE_EVERY > RARE.pieces;
  const print = { lineId: '1', sku: RARE.sku, quantity: 1, unitPrice: RARE.price };
  return { lines: [print], fate: sold ? 'sold-out' : 'plain' };
};

/** The shoppers' orders, in the order in which they come. One of them is left with a failed payment. */
export const shopOrders = (random: Random, count: number): readonly ShopOrder[] => {
  let at = 0;
  const toRepair = Math.max(1, count - REPAIR_FROM_END);
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    at += random.between(1000, LONGEST_PAUSE);
    const { lines, fate } = draftOf(random, number, toRepair);
    const buyer = random.between(1, Math.max(10, count));
    const goods = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    return {
      ...{ number, at, fate, lines, shipping: SHIPPING, total: goods + SHIPPING },
      buyerId: `buyer-${buyer}`,
      receiver: receiverOf(random, buyer),
      clicksTwice: random.chance(3),
    };
  });
};
