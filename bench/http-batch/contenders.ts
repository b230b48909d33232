import { fastifyPostgresContender } from '../embedded-lifecycle/contenders.ts';
import type { Contender, Size } from '../harness/bench.ts';
import { measureClosedLoop } from '../load/measure.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 2000, full: 50_000 };
/** Orders before those that count. */
const WARM_UP: Readonly<Record<Size, number>> = { ci: 1000, full: 5000 };
/** While one batch is decided, the next one is on its way. */
const BATCHES_IN_FLIGHT = 2;

const batchesOf = (size: number): Contender => ({
  name: `orderloom-batches-of-${size}`,
  ours: true,
  about: `Orderloom's own server, ${size} commands a request, ${BATCHES_IN_FLIGHT} requests at a time; client in its own process`,
  measure: async (place) => {
    const { orderloomHttp } = await import('../embedded-lifecycle/orderloom-http.ts');
    const { inBatches } = await import('./in-batches.ts');
    const subject = await orderloomHttp(place.folder, BATCHES_IN_FLIGHT, { senderOf: inBatches(size) });
    try {
      return await measureClosedLoop(subject, {
        warmUp: WARM_UP[place.size],
        orders: ORDERS[place.size],
        inFlight: BATCHES_IN_FLIGHT * size,
      });
    } finally {
      await subject.close();
    }
  },
});

export const contenders: readonly Contender[] = [batchesOf(100), batchesOf(500), fastifyPostgresContender];
