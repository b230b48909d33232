import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openProcessors } from '@orderloom/distributed';
import { kafkaJs, topicNames } from '@orderloom/kafka';
import { fillWithOrders, freshShop, stockUp, untilQuiet } from './shop.ts';

type Producer = ReturnType<ReturnType<typeof kafkaJs>['producer']>;
/** A record as it stood in a topic, without its place. */
export type Kept = Omit<Parameters<Producer['send']>[0]['messages'][number], 'partition'>;

/** What an engine reads and writes for one order, to be done by a loop that does nothing else. */
export type Sample = {
  readonly input: readonly Kept[];
  readonly events: readonly Kept[];
  readonly sent: readonly Kept[];
  readonly eventsPerRecord: number;
  readonly sentPerRecord: number;
};

const ORDERS = 200;
const KEPT = 2000;

/** Nothing has come for so long: the rest of a topic are marks of transactions. */
const QUIET_MS = 1500;

export const readTopic = async (brokers: readonly string[], topic: string): Promise<readonly Kept[]> => {
  const kafka = kafkaJs({ brokers, clientId: 'bench' });
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const kept: Kept[] = [];
  let last = Infinity;
  await consumer.run({
    eachBatch: async ({ batch: { messages } }) => {
      last = performance.now();
      for (const { key, value, headers } of messages) kept.push({ key, value, headers: headers ?? {} });
    },
  });
  while (performance.now() - last < QUIET_MS || last === Infinity) await sleep(QUIET_MS / 10);
  await consumer.disconnect();
  return kept.slice(-KEPT);
};

/** Lets an engine take a few orders, and looks at what it has read and written. */
export const sampleOf = async (brokers: readonly string[]): Promise<Sample> => {
  const shop = await freshShop(brokers);
  const processors = await openProcessors(shop);
  await stockUp(shop);
  await fillWithOrders(shop, 0, ORDERS);
  const { decided, events, forwarded } = await untilQuiet(processors);
  await processors.stop();
  const names = topicNames(shop.prefix);
  const [commands, sent] = [
    await readTopic(brokers, names.commands),
    await readTopic(brokers, names.internal),
  ];
  return {
    input: [...commands, ...sent],
    events: await readTopic(brokers, names.events),
    sent,
    eventsPerRecord: events / decided,
    sentPerRecord: forwarded / decided,
  };
};
