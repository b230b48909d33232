// Two brokers, of which one fails while the other is still answering: every record is appended once, under the sequence
// number that its partition is at. kafkajs as it comes appends the others' records twice.
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { sendingEachOnce } from './whole-sends.ts';

type Request = {
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly { readonly value: string }[];
    }[];
  }[];
};
type Make = typeof sendingEachOnce;

const require = createRequire(import.meta.url);
const asItComes = require('kafkajs/src/producer/sendMessages.js') as Make;

const TOPIC = 'orders';
const transient = (): Error =>
  Object.assign(new Error('not yet'), {
    name: 'KafkaJSProtocolError',
    type: 'NOT_LEADER_FOR_PARTITION',
    retriable: true,
  });

/** Which broker answers after the other one; whether what the failing one leads moves to the other. */
type Course = { readonly last: 1 | 2; readonly moves: boolean };

const SLOW_MS = 20;
const inTurn = (isLast: boolean): Promise<unknown> =>
  new Promise((resolve) => setTimeout(resolve, isLast ? SLOW_MS : 0));

/** A cluster of two brokers as kafkajs' producer sees it. What is appended is kept as `partition@sequence value`. */
const aCluster = ({ last, moves }: Course) => {
  const appended: string[] = [];
  let leaderOf = [1, 2];
  let failures = 1;
  const append = ({ topicData }: Request): object => {
    for (const { partitions } of topicData)
      for (const { partition, firstSequence, messages } of partitions)
        messages.forEach(({ value }, index) =>
          appended.push(`${String(partition)}@${String(firstSequence + index)} ${value}`),
        );
    const answers = topicData.map(({ topic, partitions }) => ({ topicName: topic, partitions }));
    return { topics: answers };
  };
  const brokers = {
    1: {
      nodeId: '1',
      produce: async (request: Request) => {
        await inTurn(last === 1);
        return append(request);
      },
    },
    2: {
      nodeId: '2',
      produce: async (request: Request) => {
        await inTurn(last === 2);
        if (failures-- > 0) {
          if (moves) leaderOf = [1, 1];
          throw transient();
        }
        return append(request);
      },
    },
  };
  const sequences = [0, 0];
  const nothing = async (): Promise<void> => undefined;
  const parts = {
    cluster: {
      ...{ addMultipleTargetTopics: nothing, refreshMetadataIfNecessary: nothing },
      ...{
        refreshMetadata: nothing,
        connect: nothing,
        isConnected: () => true,
        removeBroker: () => undefined,
      },
      findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
      findLeaderForPartitions: (_: string, partitions: readonly (number | string)[]) => {
        const led: Record<string, number[]> = {};
        for (const partition of partitions.map(Number))
          (led[String(leaderOf[partition])] ??= []).push(partition);
        return led;
      },
      findBroker: async ({ nodeId }: { readonly nodeId: string }) => brokers[nodeId as unknown as 1 | 2],
    },
    logger: { error: () => undefined, debug: () => undefined },
    partitioner: ({ message }: { readonly message: { readonly partition?: number } }) =>
      message.partition ?? 0,
    eosManager: {
      ...{ acquireBrokerLock: nothing, releaseBrokerLock: nothing, addPartitionsToTransaction: nothing },
      ...{ isTransactional: () => true, getTransactionalId: () => 'id' },
      ...{ getProducerId: () => 1, getProducerEpoch: () => 0 },
      getSequence: (_: string, partition: number) => sequences[partition] ?? 0,
      updateSequence: (_: string, partition: number, by: number) => {
        sequences[partition] = (sequences[partition] ?? 0) + by;
      },
    },
    retrier: async (attempt: (bail: (error: unknown) => void) => Promise<unknown>) => {
      for (;;)
        try {
          return await attempt((error) => {
            throw error;
          });
        } catch (error) {
          if ((error as { retriable?: boolean }).retriable !== true) throw error;
        }
    },
  };
  return { parts: parts as never, appended };
};

const sendWith = async (make: Make, course: Course): Promise<readonly string[]> => {
  const { parts, appended } = aCluster(course);
  const messages = [
    { value: 'a', partition: 0 },
    { value: 'b', partition: 1 },
    { value: 'c', partition: 0 },
  ];
  const send = make(parts, (topic) => new Error(topic));
  await send({ acks: -1, timeout: 1_000, compression: 0, topicMessages: [{ topic: TOPIC, messages }] });
  // What was on its way when it was tried again comes too.
  await new Promise((resolve) => setTimeout(resolve, 2 * SLOW_MS));
  return appended.toSorted();
};

const ONCE = ['0@0 a', '0@1 c', '1@0 b'];
const SLOWER_SUCCESS = { last: 1, moves: false } as const;
const MOVED = { last: 2, moves: true } as const;

describe('records for two brokers, one of which fails at first', () => {
  test('are appended once where the other one is still answering', async () => {
    expect(await sendWith(sendingEachOnce, SLOWER_SUCCESS)).toEqual(ONCE);
  });

  test('are all appended where they have to go to the other one then', async () => {
    expect(await sendWith(sendingEachOnce, MOVED)).toEqual(ONCE);
  });

  test('are appended twice, or not at all, by kafkajs as it comes', async () => {
    const twice = await sendWith(asItComes, SLOWER_SUCCESS);
    expect(twice).toEqual(['0@0 a', '0@1 c', '0@2 a', '0@3 c', '1@0 b']);
    expect(await sendWith(asItComes, MOVED)).toEqual(['0@0 a', '0@1 c']);
  });
});
