// The event log on a real broker: the contract of every log, and what only a broker can do wrong.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { EventLog, EventParts, FrameParts, StoredGroup } from '@orderloom/engine';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { aGroup, eventLogContract, throughEach } from '@orderloom/testing';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { fencingProducer } from './fencing-producer.ts';
import { kafkaEventLog } from './kafka-event-log.ts';

jest.setTimeout(60_000);

/** The contract's groups hold eight bytes an event, whatever they say. */
const bytesAnEvent = (size: number): FrameParts => ({
  cut: (frames, at): EventParts => ({
    schema: 1,
    attributes: frames.subarray(at, at + 3),
    payload: frames.subarray(at + 3, at + size),
    end: at + size,
    stream: { tenant: 'main', type: 'thing', key: 'k' },
    version: 1,
    slot: 7,
    recordedAt: 1_700_000_000_000,
    cloudEventsType: 'thing.seen.v1',
    traceparent: null,
  }),
  join: (_, attributes, payload) => Buffer.concat([attributes, payload]),
  schemaOf: (id) => ({ id, name: 'thing', fingerprint: '00', json: '{}' }),
});

const openOn = (topics: ExampleTopics, partition = 0, size = 8): Promise<EventLog> =>
  kafkaEventLog({
    ...topics,
    partition,
    parts: bytesAnEvent(size),
    takeProducer: () => fencingProducer(topics.kafka, `${topics.prefix}-log-${String(partition)}`),
    globalType: 'world',
  });

const all = async (log: EventLog): Promise<StoredGroup[]> => {
  const groups: StoredGroup[] = [];
  for await (const group of log.read(0)) groups.push(group);
  return groups;
};

const recordsOf = async ({ kafka, names }: ExampleTopics, partition: number) => {
  const cluster = await kafka.reader([names.events], 'committed');
  const { messages } = await cluster.fetch(names.events, partition, 0, 500);
  await cluster.close();
  return messages.map(({ key, value, headers }) => ({ key, value, headers: headers! }));
};

throughEach('the event log', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('on a broker', () => {
    eventLogContract({
      name: 'a partition of the events topic',
      create: async () => {
        const topics = await exampleTopics(brokers(), 1, library);
        const opened: EventLog[] = [];
        return {
          open: async () => {
            const log = await openOn(topics);
            opened.push(log);
            return log;
          },
          dispose: async () => {
            for (const log of opened) await log.close();
          },
        };
      },
    });
  });

  describe('an event log on a broker', () => {
    const opened: EventLog[] = [];
    const open = async (...to: Parameters<typeof openOn>): Promise<EventLog> => {
      const log = await openOn(...to);
      opened.push(log);
      return log;
    };
    afterEach(async () => {
      for (const log of opened.splice(0)) await log.close();
    });

    test('lets a former owner write nothing once another has opened it', async () => {
      const topics = await exampleTopics(brokers(), 1, library);
      const first = await open(topics);
      await first.append(aGroup(1, 2));
      const second = await open(topics);
      await expect(async () => first.append(aGroup(3, 1))).rejects.toMatchObject({ code: 'log-fenced' });
      await expect(async () => first.append(aGroup(3, 1))).rejects.toMatchObject({ code: 'log-fenced' });
      await second.append(aGroup(3, 1));
      expect((await all(second)).map(({ first: index }) => index)).toEqual([1, 3]);
    });

    test('is read from any event on by whoever opens it, without what lies far in front of it', async () => {
      const topics = await exampleTopics(brokers(), 1, library);
      const log = await open(topics);
      const GROUP = 500;
      for (let at = 0; at < 30; at++) await log.append(aGroup(1 + at * GROUP, GROUP));
      for (const after of [5_000, 5_001, 9_999, 14_750, 14_999, 15_000]) {
        const reader = await open(topics);
        const read: number[] = [];
        for await (const group of reader.read(after)) read.push(group.first);
        expect(read[0] ?? 15_001).toBe(1 + Math.floor(after / GROUP) * GROUP);
        expect(read).toHaveLength(Math.ceil((15_000 - after) / GROUP));
      }
    });

    test('keeps the partitions of a topic apart', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      const [left, right] = [await open(topics, 0), await open(topics, 1)];
      await left.append(aGroup(1, 2));
      await right.append(aGroup(1, 5));
      expect(left.head()).toBe(2);
      expect((await all(right)).map(({ count }) => count)).toEqual([5]);
    });

    test('shows nothing of a transaction that was never ended', async () => {
      const topics = await exampleTopics(brokers(), 1, library);
      const log = await open(topics);
      await log.append(aGroup(1, 1));
      const stranger = topics.stranger.producer({
        transactionalId: `${topics.prefix}-stranger`,
        maxInFlightRequests: 1,
      });
      await stranger.connect();
      const transaction = await stranger.transaction();
      await transaction.send({ topic: topics.names.events, messages: [{ value: 'never', partition: 0 }] });
      expect(await all(log)).toHaveLength(1);
      await transaction.abort();
      await stranger.disconnect();
      await log.append(aGroup(2, 1));
      expect((await all(log)).map(({ first }) => first)).toEqual([1, 2]);
    });

    test('names a group that is not whole, and a record that is no event', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      const log = await open(topics);
      await log.append(aGroup(1, 3));
      const [record] = await recordsOf(topics, 0);
      const producer = topics.stranger.producer();
      await producer.connect();
      await producer.send({ topic: topics.names.events, messages: [{ ...record!, partition: 1 }] });
      await expect(async () => all(await open(topics, 1))).rejects.toMatchObject({ code: 'log-corrupt' });
      await producer.send({
        topic: topics.names.events,
        messages: [{ value: 'what is this', partition: 0 }],
      });
      await expect(async () => all(log)).rejects.toMatchObject({ code: 'log-corrupt' });
      await producer.disconnect();
    });

    test('says that a group is too large, and takes the half of it', async () => {
      const topics = await exampleTopics(brokers(), 1, library);
      // kafkajs sends a group as one batch, which the broker refuses as a whole; librdkafka as several.
      const [events, most] = library === 'kafkajs' ? [5, 3] : [1, 1];
      const size = (5 << 20) / events;
      const log = await open(topics, 0, size);
      const group = (count: number, each: number) => aGroup(1, count, { frames: Buffer.alloc(count * each) });
      await expect(async () => log.append(group(events, size))).rejects.toMatchObject({
        code: 'group-too-large',
      });
      expect(log.head()).toBe(0);
      const smaller = await open(topics, 0, 1 << 20);
      await smaller.append(group(most, 1 << 20));
      expect(smaller.head()).toBe(most);
    });
  });
});
