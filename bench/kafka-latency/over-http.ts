import { publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, sharedServer } from '@orderloom/stack';
import { describeSchema, schemaHistory } from '@orderloom/wire';
import { orderloomHttp } from '../embedded-lifecycle/orderloom-http.ts';
import type { Measurement, Place, Size } from '../harness/bench.ts';
import { freshShop, PARTITIONS } from '../kafka-lifecycle/shop.ts';
import { openLoop } from '../load/open-loop.ts';

const RATE = 300;
const CONNECTIONS = 64;
const SECONDS: Readonly<Record<Size, number>> = { ci: 3, full: 20 };
/** A broker that has just begun compiles for half a minute, on the same processors. */
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 1, full: 30 };
/** Between the acts of one order, s: longer than an answer takes, so that no act waits for another. */
const PAUSE_S = 0.5;

/** Stock is reserved in other partitions, and nobody says when: what needs it is left out. */
const ACTS = ['place', 'pay'] as const;

/** Orders that are placed and paid, one command a request, through the command service on Kafka. */
export const measureHttp = async ({ folder, size }: Place): Promise<Measurement> => {
  const brokers = (await sharedServer('kafka')).urls;
  const [registry = ''] = (await sharedServer('schema-registry')).urls;
  await fillingRegistry(() =>
    publishSchemas({ url: registry, schemas: schemaHistory(), describe: describeSchema }),
  );
  const { prefix } = await freshShop(brokers);
  const { send, close } = await orderloomHttp(folder, CONNECTIONS, {
    settings: {
      ORDERLOOM_PROFILE: 'kafka',
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: registry,
    },
  });
  const load = { rate: RATE, pause: PAUSE_S, acts: ACTS };
  const warmUp = WARM_UP_SECONDS[size];
  await openLoop(send, { ...load, first: 0, seconds: warmUp });
  const figures = await openLoop(send, { ...load, first: RATE * warmUp, seconds: SECONDS[size] });
  await close();
  return { ...figures };
};
