import { decide } from './decide/decide.bench.ts';
import { embeddedLifecycle } from './embedded-lifecycle/embedded-lifecycle.bench.ts';
import { freshness } from './freshness/freshness.bench.ts';
import type { Bench } from './harness/bench.ts';
import { httpBatch } from './http-batch/http-batch.bench.ts';
import { kafkaLatency } from './kafka-latency/kafka-latency.bench.ts';
import { kafkaLifecycle } from './kafka-lifecycle/kafka-lifecycle.bench.ts';
import { largeOrder } from './large-order/large-order.bench.ts';
import { openOrders } from './open-orders/open-orders.bench.ts';
import { projectCache } from './project-cache/project-cache.bench.ts';
import { projectSearch } from './project-search/project-search.bench.ts';
import { replay } from './replay/replay.bench.ts';
import { search } from './search/search.bench.ts';
import { rebuild } from './rebuild/rebuild.bench.ts';
import { snapshots } from './snapshots/snapshots.bench.ts';

/** Every bench, by the name that `npm run bench` takes. */
export const BENCHES: ReadonlyMap<string, Bench> = new Map(
  [
    embeddedLifecycle,
    httpBatch,
    kafkaLifecycle,
    kafkaLatency,
    freshness,
    projectSearch,
    projectCache,
    rebuild,
    search,
    snapshots,
    replay,
    decide,
    largeOrder,
    openOrders,
  ].map((bench) => [bench.name, bench]),
);
