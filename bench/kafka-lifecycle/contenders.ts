import { openProcessors } from '@orderloom/distributed';
import { kafkaThrough, sharedServer } from '@orderloom/stack';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { bareLoop } from './bare-loop.ts';
import { cpuMs } from './processor-time.ts';
import { sampleOf } from './sample.ts';
import { fillWithOrders, freshShop, stockUp, untilQuiet } from './shop.ts';

type KafkaLibrary = Parameters<typeof kafkaThrough>[0];

/** Orders that wait in the topic when the clock starts; the bare loop gets as many records as they become. */
const ORDERS: Readonly<Record<Size, number>> = { ci: 600, full: 20_000 };
const RECORDS_AN_ORDER = 4;
const WARM_UP = 0.2;

const figures = (records: number, ms: number, usedMs: number): Measurement => ({
  'in-records': records,
  decided: (records * 1000) / ms,
  client: (usedMs * 1000) / records,
});

const measureProcessors = async ({ size }: Place, library: KafkaLibrary): Promise<Measurement> => {
  const through = kafkaThrough(library);
  if (through.obstacle !== undefined) throw new Error(through.obstacle);
  const shop = await freshShop(await through.brokers(), library);
  const warm = Math.ceil(ORDERS[size] * WARM_UP);
  const first = await openProcessors(shop);
  await stockUp(shop);
  await fillWithOrders(shop, 0, warm);
  await untilQuiet(first);
  await first.stop();
  await fillWithOrders(shop, warm, ORDERS[size]);
  const processors = await openProcessors(shop);
  const before = cpuMs();
  const { decided, events, ms } = await untilQuiet(processors);
  const used = cpuMs() - before;
  await processors.stop();
  return {
    ...figures(decided, ms, used),
    accepted: (ORDERS[size] * 1000) / ms,
    'events per record': events / decided,
  };
};

const measureBare = async ({ size }: Place): Promise<Measurement> => {
  const { urls } = await sharedServer('kafka');
  const sample = await sampleOf(urls);
  const records = ORDERS[size] * RECORDS_AN_ORDER;
  await bareLoop(urls, sample, Math.ceil(records * WARM_UP));
  const { ms, usedMs } = await bareLoop(urls, sample, records);
  return { ...figures(records, ms, usedMs), 'events per record': sample.eventsPerRecord };
};

export const contenders: readonly Contender[] = [
  {
    name: 'bare-loop',
    about: 'the same client reads as many records and writes as many and as large ones, and decides nothing',
    measure: measureBare,
  },
  {
    name: 'orderloom',
    ours: true,
    about:
      'twelve partition processors in one process: placements with tracked stock over several partitions',
    measure: (place) => measureProcessors(place, 'kafkajs'),
  },
  {
    name: 'orderloom-librdkafka',
    about: 'the same processors through librdkafka',
    measure: (place) => measureProcessors(place, 'librdkafka'),
  },
];
