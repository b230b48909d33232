// Open transactions as a real broker tells of them: kafkajs has no words for the question.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { exampleTopics } from '../example/example-topics.ts';
import { kafkaJs } from './kafkajs-client.ts';
import { kafkajsOpenTransactions } from './kafkajs-open-transactions.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('open transactions of a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

here('open transactions', () => {
  let brokers: readonly string[] = [];
  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
  }, 900_000);

  const closers: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const close of closers) await close();
  });

  test('are named from their first record until they end, each with the instant at which it began', async () => {
    const { prefix, names } = await exampleTopics(brokers, 1, 'kafkajs');
    const kafka = kafkaJs({ brokers, clientId: 'spec' });
    const open = await kafkajsOpenTransactions(kafka);
    closers.push(open.close);
    const ids = [`${prefix}-a`, `${prefix}-never-used`];
    const [transactionalId = ''] = ids;
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    closers.push(() => producer.disconnect());
    const append = async () => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: names.events, messages: [{ value: 'x' }] });
      return transaction;
    };
    expect(await open.begun(ids)).toEqual(new Map());

    const first = await append();
    const seen = await open.begun(ids);
    expect([...seen.keys()]).toEqual([transactionalId]);
    expect(await open.begun(ids)).toEqual(seen);
    await first.commit();

    const second = await append();
    expect((await open.begun(ids)).get(transactionalId)).toBeGreaterThan(seen.get(transactionalId) ?? 0);
    await second.abort();
    expect(await open.begun(ids)).toEqual(new Map());
  });
});
