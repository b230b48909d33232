// Partitions of one shard write through one producer, on a real broker.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { throughEach, until } from '@orderloom/testing';
import type { KafkaClient } from '../client/client-port.ts';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import type { FencingProducer, Written } from './fencing-producer.ts';
import { readAll } from './partition-reader.ts';
import { SharedProducers } from './shared-producers.ts';

jest.setTimeout(60_000);
const WITHIN_MS = 20_000;

const closers: (() => Promise<void>)[] = [];

/** The client, and how many transactions were begun and producers made through it. */
const counting = (kafka: KafkaClient) => {
  const counts = { begun: 0, made: 0 };
  const transactional: KafkaClient['transactional'] = async (id) => {
    const producer = await kafka.transactional(id);
    counts.made++;
    return {
      ...producer,
      begin: () => {
        counts.begun++;
        return producer.begin();
      },
    };
  };
  return { counts, client: { ...kafka, transactional } };
};

const stepOf = ({ names }: ExampleTopics, partition: number, value = 'an event'): Written => ({
  topics: [{ topic: names.events, messages: [{ value, partition }] }],
  progress: {
    groupId: 'a-group',
    topics: [{ topic: names.commands, partitions: [{ partition, offset: '1' }] }],
  },
});

throughEach('shared producers', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('partitions of one shard', () => {
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });

    const open = async () => {
      const topics = await exampleTopics(brokers(), 3, library);
      const { counts, client } = counting(topics.kafka);
      const producers = new SharedProducers(client);
      const id = `${topics.prefix}-0`;
      const take = async (from = producers): Promise<FencingProducer> => {
        const producer = await from.take(id);
        closers.push(producer.close);
        return producer;
      };
      const cluster = await topics.kafka.reader([topics.names.events], 'committed');
      const offsets = await topics.kafka.committedOffsets();
      closers.push(cluster.close, offsets.close);
      const committed = async () =>
        (await offsets.of('a-group', [topics.names.commands]))
          .get(topics.names.commands)
          ?.map(({ offset }) => offset);
      // A group that nobody has asked for has no coordinator yet.
      await until('it to be committed', () => committed().catch(() => undefined), WITHIN_MS);
      /** The partition's events, once there are so many: a transaction's end comes to one partition after the other. */
      const read = (partition: number, count: number) =>
        until(
          'it to be written',
          async () => {
            const messages = await readAll(cluster, topics.names.events, partition);
            return messages.length < count ? undefined : messages.map(({ value }) => value?.toString());
          },
          WITHIN_MS,
        );
      const others = (): SharedProducers => new SharedProducers(topics.kafka);
      return { topics, counts, take, read, committed, others };
    };

    test('write in one transaction what they write at once, and each is told its own offsets', async () => {
      const { topics, counts, take, read, committed } = await open();
      const [first, second] = [await take(), await take()];
      const [inFirst] = await Promise.all([
        first.write(stepOf(topics, 0, 'one')),
        second.write(stepOf(topics, 1, 'two')),
      ]);
      expect(counts).toEqual({ begun: 1, made: 1 });
      expect(inFirst.get(`${topics.names.events}/0`)).toBe(0);
      expect([await read(0, 1), await read(1, 1)]).toEqual([['one'], ['two']]);
      await until(
        'both to be committed',
        async () => {
          const offsets = await committed();
          return offsets?.[0] === 1 && offsets[1] === 1;
        },
        WITHIN_MS,
      );
    });

    test('write one after the other what would be too much together', async () => {
      const { topics, counts, take } = await open();
      const large = 'x'.repeat(400_000);
      const [first, second] = [await take(), await take()];
      await Promise.all([first.write(stepOf(topics, 0, large)), second.write(stepOf(topics, 1, large))]);
      expect(counts.begun).toBe(2);
    });

    test('are all fenced with it, and go on with a new one when they have taken it', async () => {
      const { topics, counts, take, read, others } = await open();
      const [first, second] = [await take(), await take()];
      const stranger = await take(others());
      await expect(first.write(stepOf(topics, 0))).rejects.toMatchObject({ code: 'log-fenced' });
      await expect(second.write(stepOf(topics, 1))).rejects.toMatchObject({ code: 'log-fenced' });
      await first.close();
      await (await take()).write(stepOf(topics, 0, 'again'));
      expect(counts.made).toBe(2);
      await expect(stranger.write(stepOf(topics, 2))).rejects.toMatchObject({ code: 'log-fenced' });
      expect([await read(0, 1), await read(1, 0), await read(2, 0)]).toEqual([['again'], [], []]);
    });

    test('lose nothing when one of them lets it go; the last one ends it', async () => {
      const { topics, counts, take, read } = await open();
      const [first, second] = [await take(), await take()];
      await first.close();
      await second.write(stepOf(topics, 1));
      await second.close();
      await expect(second.write(stepOf(topics, 1))).rejects.toMatchObject({ code: 'log-unavailable' });
      await (await take()).write(stepOf(topics, 0));
      expect(counts.made).toBe(2);
      expect([await read(0, 1), await read(1, 1)]).toEqual([['an event'], ['an event']]);
    });

    test('say of a step that is too large that it is, and of those behind it only that they were not written', async () => {
      const { topics, take, read } = await open();
      const [first, second] = [await take(), await take()];
      const tooLarge = 'x'.repeat(9_000_000);
      const [larger, behind] = await Promise.allSettled([
        first.write(stepOf(topics, 0, tooLarge)),
        second.write(stepOf(topics, 1)),
      ]);
      expect(larger).toMatchObject({ status: 'rejected', reason: { code: 'group-too-large' } });
      expect(behind).toMatchObject({ status: 'rejected', reason: { code: 'log-unavailable' } });
      expect([await read(0, 0), await read(1, 0)]).toEqual([[], []]);
    });
  });
});
