import { type Random, seeded } from './random.ts';
import { PRODUCTS, RARE, type ShopOrder, shopOrders } from './shop-orders.ts';
import { cancelled, orderStep, paid, paymentFailed, placed, refunded, type Step } from './step.ts';
import { type Ready, warehouse } from './warehouse.ts';

export type Plan = {
  /** In the order in which they are done. */
  readonly steps: readonly Step[];
  /** The order whose payment fails and stays so. */
  readonly toRepair: ShopOrder | undefined;
  /** The order at whose label the printer jams; none in a shop of a few orders where none is plain. */
  readonly jamsAt: ShopOrder | undefined;
};

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Before the warehouse has a part in it: what shopper and payment provider do, and what becomes ready to be packed. */
type Story = { readonly steps: readonly Step[]; readonly ready: readonly Ready[] };

const wholly = (order: ShopOrder, at: number): readonly Ready[] => [
  { order, lines: order.lines, at, part: 'all' },
];

const inTwo = (order: ShopOrder, at: number): readonly Ready[] => {
  const [first, ...rest] = order.lines;
  if (rest.length === 0) return wholly(order, at);
  const later = { order, lines: rest, at: at + 2 * DAY, part: 'second' };
  return [{ order, lines: [first], at, part: 'first' }, later];
};

const confirmed = (order: ShopOrder, at: number): Step =>
  orderStep(order, { at, name: 'confirmed', type: 'ConfirmOrder', data: {} });

const storyOf = (random: Random, order: ShopOrder): Story => {
  // The provider is slow: it calls back after seconds or minutes.
  const paidAt = order.at + random.between(2, 600) * 1000;
  const pack = paidAt + random.between(1, 60) * MINUTE;
  switch (order.fate) {
    case 'plain':
    case 'delivery-fails-once':
    case 'sends-back':
      return { steps: [paid(order, paidAt)], ready: wholly(order, pack) };
    case 'ships-in-two':
      return { steps: [paid(order, paidAt)], ready: inTwo(order, pack) };
    case 'pays-at-second-try':
      return {
        steps: [paymentFailed(order, order.at + 1500), paid(order, paidAt, 2)],
        ready: wholly(order, pack),
      };
    case 'cancels-unpaid':
      return { steps: [cancelled(order, paidAt, 'changed my mind')], ready: [] };
    case 'cancels-and-pays-late':
      return {
        steps: [
          cancelled(order, order.at + 1000, 'too slow'),
          paid(order, paidAt),
          refunded(order, pack + DAY),
        ],
        ready: [],
      };
    case 'cancels-paid':
      return {
        steps: [
          paid(order, paidAt),
          cancelled(order, paidAt + MINUTE, 'found it elsewhere'),
          refunded(order, pack + DAY),
        ],
        ready: [],
      };
    case 'sold-out':
      return { steps: [cancelled(order, paidAt, 'sold out')], ready: [] };
    case 'never-pays':
      return { steps: [], ready: [] };
    case 'on-terms':
    case 'to-repair':
      return { steps: [confirmed(order, paidAt)], ready: wholly(order, pack) };
  }
};

/** What follows when the goods are there: `at` is when the last parcel arrived. */
const aftermath = (order: ShopOrder, at: number): readonly Step[] => {
  switch (order.fate) {
    case 'on-terms':
      return [paid(order, at + 3 * DAY)];
    case 'to-repair':
      return [paymentFailed(order, at + 3 * DAY)];
    case 'sends-back':
      return [...sentBack(order, at + DAY), refunded(order, at + 6 * DAY)];
    default:
      return [];
  }
};

const sentBack = (order: ShopOrder, at: number): readonly Step[] => {
  const [{ lineId }] = order.lines;
  const request = { lines: [{ lineId, quantity: 1 }], reason: 'not as expected' };
  return [
    orderStep(order, { at, name: 'return', type: 'RequestReturn', data: request }),
    {
      at: at + 3 * DAY,
      id: `${order.number}:returned`,
      command: async (look) => {
        const { returns } = await look.order(order.number);
        const [first] = returns as readonly { readonly returnId: string }[];
        const data = { returnId: first?.returnId ?? 'none', accepted: true, reason: 'complete and unused' };
        return { collection: 'orders', key: look.orderId(order.number), type: 'ResolveReturn', data };
      },
    },
  ];
};

const opening = (orders: number): readonly Step[] => {
  const stocked = [...PRODUCTS.map(({ sku }) => ({ sku, pieces: 10 * orders })), RARE];
  return [
    {
      ...{ at: 0, id: 'policy' },
      command: () => ({ collection: 'tenants', key: 'main', type: 'SetPolicy', data: { stock: 'tracked' } }),
    },
    ...stocked.map(({ sku, pieces }): Step => {
      const data = { quantity: pieces, reference: 'opening-stock' };
      return {
        ...{ at: 0, id: `stock:${sku}` },
        command: () => ({ collection: 'stock', key: `${sku}@main`, type: 'ReceiveStock', data }),
      };
    }),
  ];
};

/** Everything that happens in the shop: a pure function of seed and size. O(orders x log orders). */
export const shopPlan = (seed: number, count: number): Plan => {
  const random = seeded(seed);
  const orders = shopOrders(random, count);
  const stories = orders.map((order) => storyOf(random, order));
  const { steps: shipping, arrived } = warehouse(
    random,
    stories.flatMap(({ ready }) => ready),
  );
  const after = orders.flatMap((order) => {
    const at = arrived.get(order.number);
    return at === undefined ? [] : aftermath(order, at);
  });
  const steps = [
    ...orders.flatMap(placed),
    ...stories.flatMap((story) => story.steps),
    ...shipping,
    ...after,
  ];
  return {
    // Sorting is stable, so steps of one instant stay in the order of the list, on every machine.
    steps: [...opening(count), ...steps.sort((a, b) => a.at - b.at)],
    toRepair: orders.find(({ fate }) => fate === 'to-repair'),
    jamsAt: orders.findLast(({ fate }) => fate === 'plain'),
  };
};
