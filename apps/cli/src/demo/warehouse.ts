import type { Random } from './random.ts';
import type { ShopLine, ShopOrder } from './shop-orders.ts';
import { orderStep, type Step } from './step.ts';

/** Something that lies on the packing table. */
export type Ready = {
  readonly order: ShopOrder;
  readonly lines: readonly ShopLine[];
  /** When it may be packed, ms of the shop's own time. */
  readonly at: number;
  /** Names what was picked, where an order is picked in parts. */
  readonly part: string;
};

export type Shipped = {
  readonly steps: readonly Step[];
  /** Order -> when the last of its parcels arrived. */
  readonly arrived: ReadonlyMap<number, number>;
};

const HOUR = 3_600_000;
const MOST_ORDERS_A_PARCEL = 3;

const quantities = (lines: readonly ShopLine[]) =>
  lines.map(({ lineId, quantity }) => ({ lineId, quantity }));

const picked = ({ order, lines, at, part }: Ready): Step =>
  orderStep(order, { at, name: `picked-${part}`, type: 'PickLines', data: { lines: quantities(lines) } });

const parcelStep = (key: string, at: number, type: string, data: object): Step => ({
  ...{ at, id: `${key}:${type}` },
  command: () => ({ collection: 'parcels', key, type, data }),
});

const created = (key: string, at: number, batch: readonly Ready[]): Step => ({
  ...{ at, id: `${key}:CreateParcel` },
  command: (look) => {
    const contents = batch.flatMap(({ order, lines }) =>
      quantities(lines).map((line) => ({ orderId: look.orderId(order.number), ...line })),
    );
    return { collection: 'parcels', key, type: 'CreateParcel', data: { contents } };
  },
});

/** One parcel's way: packed, dispatched, perhaps tried in vain, delivered. */
const shipped = (random: Random, key: string, batch: readonly Ready[]) => {
  const packedAt = Math.max(...batch.map(({ at }) => at)) + 60_000;
  const leftAt = packedAt + random.between(1, 6) * HOUR;
  const inVain = batch.some(({ order }) => order.fate === 'delivery-fails-once');
  const triedAt = leftAt + random.between(12, 30) * HOUR;
  const arrivedAt = inVain ? triedAt + 24 * HOUR : triedAt;
  const steps = [
    ...batch.map(picked),
    created(key, packedAt, batch),
    parcelStep(key, leftAt, 'DispatchParcel', { carrier: 'demo-post', trackingNumber: `DP-${key}` }),
    ...(inVain ? [parcelStep(key, triedAt, 'RecordFailedAttempt', { reason: 'nobody at home' })] : []),
    parcelStep(key, arrivedAt, 'ConfirmParcelDelivery', {}),
  ];
  return { steps, arrivedAt };
};

/** Packs what is ready, in order of time, one to three orders a parcel, and brings it to the buyers. */
export const warehouse = (random: Random, ready: readonly Ready[]): Shipped => {
  const waiting = [...ready].sort((a, b) => a.at - b.at || a.order.number - b.order.number);
  const steps: Step[] = [];
  const arrived = new Map<number, number>();
  for (let parcel = 1; waiting.length > 0; parcel++) {
    const batch = waiting.splice(0, random.between(1, MOST_ORDERS_A_PARCEL));
    const { steps: way, arrivedAt } = shipped(random, `P-${parcel}`, batch);
    steps.push(...way);
    for (const { order } of batch)
      arrived.set(order.number, Math.max(arrivedAt, arrived.get(order.number) ?? 0));
  }
  return { steps, arrived };
};
