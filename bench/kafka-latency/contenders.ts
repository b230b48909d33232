import { ownServer, type OwnServer } from '@orderloom/stack';
import { openProcessors } from '@orderloom/distributed';
import { commandWriter, partitionTable, topicNames } from '@orderloom/kafka';
import { slotOf } from '@orderloom/decider';
import { wireCommands } from '@orderloom/wire';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { TENANT } from '../embedded-lifecycle/prepared-tenant.ts';
import { startBareLoop } from '../kafka-lifecycle/bare-loop.ts';
import { processTimeMs } from '../kafka-lifecycle/processor-time.ts';
import { readTopic, type Sample } from '../kafka-lifecycle/sample.ts';
import { freshShop, PARTITIONS, prepared, stockUp } from '../kafka-lifecycle/shop.ts';
import { SKUS, skuOf } from '../load/workload.ts';
import { measureHttp } from './over-http.ts';
import { steadyRecords, type Steady } from './steady-records.ts';

const RATE = 500;
const SECONDS: Readonly<Record<Size, number>> = { ci: 3, full: 20 };
/** A broker that has just begun compiles for half a minute, on the same processors. */
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 1, full: 30 };

type Shop = Awaited<ReturnType<typeof freshShop>>;

/** One piece more of some article: a command that becomes one event, where its slot lives. */
const receiptsOf = (shop: Shop): Steady['record'] => {
  const write = commandWriter(wireCommands(), shop.schemaIds);
  const { partitionOf } = partitionTable(PARTITIONS);
  let sent = 0;
  return (n) => {
    const key = `${skuOf(n % SKUS)}@main`;
    // Never the same twice, over all runs.
    const reference = `receipt-${String(sent++)}`;
    const stream = { tenant: TENANT, type: 'stock', key };
    const command = prepared(stream, 'ReceiveStock', reference, { quantity: 1, reference });
    const slot = slotOf(TENANT, key);
    return { ...write(command), key: String(slot), partition: partitionOf(slot) };
  };
};

/** Runs the load once to warm up and once by the clock; `broker`: share of one processor that the broker has used. */
const measured = async (
  server: OwnServer,
  size: Size,
  load: Pick<Steady, 'shop' | 'record'>,
): Promise<Measurement> => {
  await steadyRecords({ ...load, rate: RATE, seconds: WARM_UP_SECONDS[size] });
  const [pid = 0] = server.pids();
  const [began, used] = [performance.now(), processTimeMs(pid)];
  const { p50, p99 } = await steadyRecords({ ...load, rate: RATE, seconds: SECONDS[size] });
  return { p50, p99, broker: (processTimeMs(pid) - used) / (performance.now() - began) };
};

const withBroker = async (work: (server: OwnServer) => Promise<Measurement>): Promise<Measurement> => {
  const server = await ownServer('kafka');
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
};

const measureProcessors = ({ size }: Place): Promise<Measurement> =>
  withBroker(async (server) => {
    const shop = await freshShop(server.urls);
    const processors = await openProcessors(shop);
    await stockUp(shop);
    const figures = await measured(server, size, { shop, record: receiptsOf(shop) });
    await processors.stop();
    return figures;
  });

/** What the processors read and write for one receipt. */
const sampleOf = async (server: OwnServer): Promise<Sample> => {
  const shop = await freshShop(server.urls);
  const processors = await openProcessors(shop);
  await stockUp(shop);
  await steadyRecords({ shop, record: receiptsOf(shop), rate: RATE, seconds: 1 });
  await processors.stop();
  const events = await readTopic(server.urls, topicNames(shop.prefix).events);
  return { input: [], events: events.slice(-RATE), sent: [], eventsPerRecord: 1, sentPerRecord: 0 };
};

const measureBare = ({ size }: Place): Promise<Measurement> =>
  withBroker(async (server) => {
    const sample = await sampleOf(server);
    const shop = await freshShop(server.urls);
    const failures: unknown[] = [];
    const loop = await startBareLoop(shop, sample, { onFailure: (error) => failures.push(error) });
    const figures = await measured(server, size, { shop, record: receiptsOf(shop) });
    await loop.stop();
    if (failures.length > 0) throw new Error('a step of the bare loop failed', { cause: failures[0] });
    return figures;
  });

export const contenders: readonly Contender[] = [
  {
    name: 'bare-loop',
    about:
      'the same client reads each record and writes an event as large, in transactions, and decides nothing',
    measure: measureBare,
  },
  {
    name: 'orderloom',
    ours: true,
    about: 'twelve partition processors in one process: each command one event',
    measure: measureProcessors,
  },
  {
    name: 'orderloom-http',
    ours: true,
    about: 'the command service on Kafka, edge and processors in one process of its own, over HTTP and back',
    measure: measureHttp,
  },
];
