// The same orders for every contender: placed, paid, shipped and delivered, with two lines each. Most orders run
// through at once; one in ten is placed first of all, paid and shipped in the course of the run, and delivered last.

export const ACTS = ['place', 'pay', 'ship', 'deliver'] as const;
export type Act = (typeof ACTS)[number];

/** Acts on one order, one after another, without a pause. */
export type Job = { readonly order: number; readonly acts: readonly Act[] };

/** One command, as every contender understands it. */
export type Step = {
  readonly order: number;
  readonly act: Act;
  readonly commandId: string;
  /** What the command says, in clear; the same each time that it is made. */
  readonly content: object;
};

/** One order in this many lives through the whole run. */
const LONG_LIVED = 10;

/** Stock keeping units in stock; orders take them in turns. */
export const SKUS = 1000;
/** Buyers who order in turns. A prime beside `SKUS`, so that nobody orders the same cart twice in a run. */
const BUYERS = 10_007;

export const skuOf = (number: number): string => `SKU-${number % SKUS}`;

/** The jobs of `orders` orders, the first of which has the number `first`. */
export function* jobsOf(first: number, orders: number): Generator<Job> {
  const long = Math.floor(orders / LONG_LIVED);
  const middle: Job[] = [];
  for (let i = 0; i < long; i++) yield { order: first + i, acts: ['place'] };
  for (const act of ['pay', 'ship'] as const)
    for (let i = 0; i < long; i++) middle.push({ order: first + i, acts: [act] });
  const short = orders - long;
  let taken = 0;
  for (let i = 0; i < short; i++) {
    yield { order: first + long + i, acts: ACTS };
    const due = Math.floor(((i + 1) * middle.length) / short);
    while (taken < due) {
      const job = middle[taken++];
      if (job) yield job;
    }
  }
  for (let i = 0; i < long; i++) yield { order: first + i, acts: ['deliver'] };
}

const quantities = (order: number): [number, number] => [1 + (order % 3), 1 + (order % 2)];
const UNIT_PRICES = [1999, 499] as const;
const SHIPPING = 490;

const totalOf = (order: number): number => {
  const [one, two] = quantities(order);
  return one * UNIT_PRICES[0] + two * UNIT_PRICES[1] + SHIPPING;
};

const place = (order: number): object => {
  const [one, two] = quantities(order);
  return {
    buyerId: `buyer-${order % BUYERS}`,
    currency: 'EUR',
    lines: [
      { lineId: '1', sku: skuOf(order), quantity: one, unitPrice: UNIT_PRICES[0] },
      { lineId: '2', sku: skuOf(order * 7 + 1), quantity: two, unitPrice: UNIT_PRICES[1] },
    ],
    shipping: SHIPPING,
    total: totalOf(order),
    receiver: {
      name: `Ada Example ${order % BUYERS}`,
      phone: '+49 30 5550100',
      email: `buyer-${order % BUYERS}@example.com`,
      line1: `Example Street ${order % 200}`,
      city: 'Berlin',
      postalCode: '10115',
      country: 'DE',
    },
  };
};

const ship = (order: number): object => {
  const [one, two] = quantities(order);
  const lines = [
    { lineId: '1', quantity: one },
    { lineId: '2', quantity: two },
  ];
  return { parcelId: `parcel-${order}`, lines };
};

const CONTENTS: Readonly<Record<Act, (order: number) => object>> = {
  place,
  pay: (order) => ({
    paymentId: `payment-${order}`,
    amount: totalOf(order),
    currency: 'EUR',
    provider: 'example-pay',
  }),
  ship,
  deliver: (order) => ({ parcelId: `parcel-${order}` }),
};

export const stepOf = (order: number, act: Act): Step => ({
  order,
  act,
  commandId: `order-${order}-${act}`,
  content: CONTENTS[act](order),
});

/** Orderloom's name of the act. */
export const COMMANDS: Readonly<Record<Act, string>> = {
  place: 'PlaceOrder',
  pay: 'ConfirmPayment',
  ship: 'ShipLines',
  deliver: 'ConfirmDelivery',
};
