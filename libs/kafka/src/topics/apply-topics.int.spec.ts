import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import type { Kafka } from 'kafkajs';
import { kafkaJs } from '../kafkajs/kafkajs-client.ts';
import { kafkajsReader } from '../kafkajs/kafkajs-reader.ts';
import { CompressionTypes } from '../kafkajs/load-kafkajs.ts';
import { applyTopics, createTopics } from './apply-topics.ts';
import { topicNames } from './topic-names.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('topics on a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

here('topics', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = kafkaJs({ brokers: (await sharedServer('kafka')).urls, clientId: 'spec' });
  }, 900_000);
  const fresh = () =>
    ({ partitions: 3, durability: 'dev', prefix: `t-${randomUUID().slice(0, 8)}` }) as const;

  test('are made once, and kept as they are from then on', async () => {
    const wanted = fresh();
    const first = await applyTopics(kafka, wanted);
    expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    const second = await applyTopics(kafka, wanted);
    expect(second.map(({ topic }) => topic).sort()).toEqual(Object.values(topicNames(wanted.prefix)).sort());
    expect(second.every(({ outcome, differences }) => outcome === 'kept' && differences.length === 0)).toBe(
      true,
    );
  });

  test('are read by somebody who has asked before they were there', async () => {
    const { prefix } = fresh();
    const { events } = topicNames(prefix);
    const admin = kafka.admin();
    await admin.connect();
    const opening = kafkajsReader(kafka, [events], 'committed');
    await createTopics(admin, [{ topic: events, numPartitions: 2 }]);
    const reader = await opening;
    expect(await reader.offsets(events, 'end')).toEqual([0, 0]);
    await Promise.all([reader.close(), admin.disconnect()]);
  });

  test('of another partition count are refused with the reason, before anything is made', async () => {
    const wanted = fresh();
    const { events, commands } = topicNames(wanted.prefix);
    const admin = kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic: events, numPartitions: 5 }]);
    await expect(applyTopics(kafka, wanted)).rejects.toMatchObject({
      code: 'partition-count',
      message: expect.stringContaining(`${events} has 5 partitions, this generation has 3`),
    });
    expect(await admin.listTopics()).not.toContain(commands);
    await admin.disconnect();
  });

  test('with other settings are kept, and what differs is said', async () => {
    const wanted = fresh();
    const { replies } = topicNames(wanted.prefix);
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'retention.ms', value: '1000' }];
    await createTopics(admin, [{ topic: replies, numPartitions: 3, configEntries }]);
    const applied = await applyTopics(kafka, wanted);
    const kept = applied.find(({ topic }) => topic === replies);
    expect(kept).toMatchObject({ outcome: 'kept' });
    expect(kept?.differences).toContain('retention.ms: 1000, wanted 3600000');
    await admin.disconnect();
  });

  test('carry what was compressed with zstd', async () => {
    const wanted = fresh();
    await applyTopics(kafka, wanted);
    const { bulk } = topicNames(wanted.prefix);
    const producer = kafka.producer();
    await producer.connect();
    const value = 'an import of many like lines '.repeat(1000);
    await producer.send({
      topic: bulk,
      compression: CompressionTypes.ZSTD,
      messages: [{ value, partition: 0 }],
    });
    await producer.disconnect();
    const cluster = await kafkajsReader(kafka, [bulk], 'committed');
    const { messages } = await cluster.fetch(bulk, 0, 0, 500);
    await cluster.close();
    expect(messages[0]?.value?.toString()).toBe(value);
  });
});
