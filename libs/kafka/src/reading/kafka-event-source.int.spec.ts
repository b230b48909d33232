// The log as its readers get it, on a real broker: in order, from where they are, shared among processes.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { jsonCodec, memorySchemaIds, type EventSource } from '@orderloom/engine';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { bankHistory, throughEach, until } from '@orderloom/testing';
import { appendGroups } from '../example/append-groups.ts';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaEventSource } from './kafka-event-source.ts';

jest.setTimeout(60_000);
const WITHIN_MS = 40_000;
const history = bankHistory({ accounts: 4, deposits: 4 }).groups;
const FIRST_ID = 100_001;

const stopping: (() => Promise<void>)[] = [];

const sourceOf = async ({ kafka, prefix }: ExampleTopics): Promise<EventSource> => {
  const codec = jsonCodec();
  const schemaIds = memorySchemaIds(codec.schemas(), FIRST_ID);
  const source = await kafkaEventSource({ kafka, prefix, codec, schemaIds, groupId: `${prefix}-views` });
  stopping.push(() => source.stop());
  return source;
};
/** What a member of the group gets, by partition, each read from behind `after`. */
const readAll = (source: EventSource, after = 0) => {
  const seen = new Map<number, number[]>();
  const running = source.run(async (partition, signal) => {
    const indices = seen.get(partition.partition) ?? [];
    seen.set(partition.partition, indices);
    for await (const groups of partition.read(after, signal)) {
      indices.push(...groups.map(({ first }) => first));
      await partition.shown(indices.at(-1) ?? 0);
    }
    seen.delete(partition.partition);
  });
  return { seen, running };
};
const indices = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

throughEach('readers of the events topic', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('a reader of the events topic', () => {
    afterEach(async () => {
      for (const stop of stopping.splice(0)) await stop();
    });

    test('gets every partition’s groups in order, and what comes meanwhile', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      await appendGroups(topics, 0, history.slice(0, 5));
      await appendGroups(topics, 1, history.slice(0, 3));
      const source = await sourceOf(topics);
      const { seen, running } = readAll(source);
      await until('what is there', () => seen.get(0)?.length === 5 && seen.get(1)?.length === 3, WITHIN_MS);
      await appendGroups(topics, 0, history.slice(5));
      await until('what comes', () => seen.get(0)?.length === history.length, WITHIN_MS);
      expect(seen.get(0)).toEqual(indices(1, history.length));
      expect(seen.get(1)).toEqual([1, 2, 3]);
      await source.stop();
      await running;
    });

    test('goes on behind its own checkpoint, whatever the group has committed', async () => {
      const topics = await exampleTopics(brokers(), 1, library);
      await appendGroups(topics, 0, history);
      const first = await sourceOf(topics);
      const one = readAll(first);
      await until('all', () => one.seen.get(0)?.length === history.length, WITHIN_MS);
      await first.stop();
      for (const after of [0, 7, history.length - 1]) {
        const again = await sourceOf(topics);
        const { seen } = readAll(again, after);
        await until('the rest', () => (seen.get(0)?.length ?? 0) >= history.length - after, WITHIN_MS);
        expect(seen.get(0)).toEqual(indices(after + 1, history.length));
        await again.stop();
      }
    });

    test('shares the partitions with another process, and takes them back when that leaves', async () => {
      const topics = await exampleTopics(brokers(), 4, library);
      const [one, other] = [await sourceOf(topics), await sourceOf(topics)];
      const { seen } = readAll(one);
      await until('all partitions', () => seen.size === 4, WITHIN_MS);
      const second = readAll(other);
      await until('each to have its share', () => seen.size === 2 && second.seen.size === 2, WITHIN_MS);
      expect([...seen.keys(), ...second.seen.keys()].sort()).toEqual([0, 1, 2, 3]);
      await other.stop();
      await until('all partitions', () => seen.size === 4, WITHIN_MS);
    });

    test('knows the tenants’ streams of all partitions up to now', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      const source = await sourceOf(topics);
      expect(await source.globals(0)).toEqual([]);
      await appendGroups(topics, 1, history.slice(0, 2));
      const [world, ...more] = await source.globals(0);
      expect(more).toEqual([]);
      expect(Buffer.from(world!)).toEqual(Buffer.from(history[0]!.frames));
      expect(await source.globals(1)).toEqual([]);
    });
  });
});
