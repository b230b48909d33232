// A parcel over eight orders of three partitions: each order hears of its delivery once, whoever dies between them, and
// none says delivered before its parcel does.
import { describe, expect, test } from '@jest/globals';
import type { OrderState, ParcelState } from '@orderloom/domain';
import { exampleCluster, type ExampleCluster } from './example-cluster.ts';
import { command, place, placement } from './example-commands.ts';

const PARTITIONS = 3;
const ORDERS = 8;
const PARCEL = 'P-8';

type Shop = ExampleCluster & { readonly orderIds: readonly string[] };

const toParcel = (type: string, data: object) => command({ type: 'parcel', key: PARCEL }, type, data, type);

/** Eight orders of eight buyers, packed together and on their way. */
const dispatched = (): Shop => {
  const shop = exampleCluster(PARTITIONS);
  for (let n = 0; n < ORDERS; n++)
    shop.submit(
      n % PARTITIONS,
      place(placement({ buyerId: `buyer-${String(n)}`, lifecycle: 'terms' }), `place-${String(n)}`),
    );
  shop.drain();
  const orderIds = shop.cluster.results.flatMap(({ stream }) =>
    stream.type === 'order' ? [stream.key] : [],
  );
  const contents = orderIds.map((orderId) => ({ orderId, lineId: 'a', quantity: 2 }));
  shop.submit(1, toParcel('CreateParcel', { contents, weightGrams: null }));
  shop.submit(1, toParcel('DispatchParcel', { carrier: null, trackingNumber: null }));
  shop.drain();
  return { ...shop, orderIds };
};

const parcelStatus = (shop: Shop) => (shop.stateOf('parcel', PARCEL) as ParcelState).status;
const deliveredOrders = (shop: Shop) =>
  shop.orderIds.filter((key) =>
    (shop.stateOf('order', key) as OrderState).parcels.some(({ delivered }) => delivered),
  );

const expectNoneAhead = (shop: Shop): void => {
  if (parcelStatus(shop) !== 'delivered') expect(deliveredOrders(shop)).toEqual([]);
};

const deliveries = (shop: Shop): string[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => shop.cluster.events(partition))
    .flat()
    .flatMap(({ type, stream }) => (type === 'LinesDelivered' ? [stream.key] : []));

/** Confirms the delivery; behind step `at` the owner of `victim` dies. Gives the number of steps. */
const deliver = async (shop: Shop, at: number, victim: number): Promise<number> => {
  shop.submit(2, toParcel('ConfirmParcelDelivery', {}));
  let steps = 0;
  const died = async (): Promise<void> => {
    if (steps === at) await shop.cluster.takeOver(victim);
  };
  await died();
  while (shop.cluster.waiting() > 0)
    for (let partition = 0; partition < PARTITIONS; partition++) {
      if (!shop.step(partition)) continue;
      steps++;
      await died();
      expectNoneAhead(shop);
    }
  return steps;
};

describe('the delivery of a parcel over eight orders', () => {
  test('touches every partition, order by order', async () => {
    const shop = dispatched();
    const seen = new Set<number>();
    shop.submit(0, toParcel('ConfirmParcelDelivery', {}));
    shop.drain(() => {
      expectNoneAhead(shop);
      seen.add(deliveredOrders(shop).length);
    });
    expect([...seen]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].filter((n) => seen.has(n)));
    expect(seen.size).toBeGreaterThan(4);
  });

  test('17.4 reaches each order once, whichever owner dies behind whichever step', async () => {
    const steps = await deliver(dispatched(), -1, 0);
    expect(steps).toBeGreaterThan(4);
    for (let at = 0; at <= steps; at++)
      for (let victim = 0; victim < PARTITIONS; victim++) {
        const shop = dispatched();
        await deliver(shop, at, victim);
        expect(parcelStatus(shop)).toBe('delivered');
        expect(deliveries(shop).toSorted()).toEqual(shop.orderIds.toSorted());
      }
  }, 60_000);

  test('is told once more to nobody where the parcel is delivered again', () => {
    const shop = dispatched();
    shop.submit(0, toParcel('ConfirmParcelDelivery', {}));
    shop.drain();
    shop.submit(1, toParcel('ConfirmParcelDelivery', {}));
    shop.submit(2, command({ type: 'parcel', key: PARCEL }, 'ConfirmParcelDelivery', {}, 'again'));
    shop.drain();
    expect(shop.cluster.results.slice(-2).map(({ outcome }) => outcome)).toEqual(['duplicate', 'refused']);
    expect(deliveries(shop)).toHaveLength(ORDERS);
  });
});
