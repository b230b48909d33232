// The log of several partitions for readers who keep their own place, piece by piece.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { hasReached, jsonCodec, memorySchemaIds, type TailPlace } from '@orderloom/engine';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { bankHistory, throughEach } from '@orderloom/testing';
import { appendGroups } from '../example/append-groups.ts';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaLogTail, type KafkaLogTail } from './kafka-log-tail.ts';

jest.setTimeout(60_000);
const WITHIN_MS = 40_000;
const history = bankHistory({ accounts: 4, deposits: 4 }).groups;
const FIRST_ID = 100_001;

const closers: (() => Promise<void>)[] = [];

const tailOf = async ({ kafka, prefix }: ExampleTopics): Promise<KafkaLogTail> => {
  const codec = jsonCodec();
  const schemaIds = memorySchemaIds(codec.schemas(), FIRST_ID);
  const tail = await kafkaLogTail({ kafka, prefix, codec, schemaIds });
  closers.push(tail.close);
  return tail;
};
type Read = { readonly places: readonly TailPlace[]; readonly firsts: ReadonlyMap<number, number[]> };

/** All behind a place up to the present end, and every place on the way. */
const readOn = async (tail: KafkaLogTail, from: TailPlace): Promise<Read> => {
  const [places, firsts] = [[from], new Map<number, number[]>()];
  const signal = AbortSignal.timeout(WITHIN_MS);
  const head = await tail.head();
  for (let at = from; !hasReached(at, head);) {
    const piece = await tail.next(at, signal);
    if (piece === undefined) throw new Error('the end was not reached in time');
    const known = firsts.get(piece.partition) ?? [];
    firsts.set(piece.partition, [...known, ...piece.groups.map(({ first }) => first)]);
    at = piece.upTo;
    places.push(at);
  }
  return { places, firsts };
};
const indices = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

throughEach('the log for readers outside', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('a reader with a place of its own', () => {
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });

    test('gets every partition in order from any place, whichever reader comes to it first', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      await appendGroups(topics, 0, history);
      await appendGroups(topics, 1, history.slice(0, 3));
      const tail = await tailOf(topics);
      expect([tail.partitions, await tail.head()]).toEqual([2, [history.length, 3]]);
      const all = await readOn(tail, []);
      expect([all.firsts.get(0), all.firsts.get(1)]).toEqual([indices(1, history.length), [1, 2, 3]]);
      const fresh = await tailOf(topics);
      for (const [after, other] of [...all.places, [7, 1], [history.length - 1, 0]].map(([a = 0, b = 0]) => [
        a,
        b,
      ]))
        for (const each of [tail, fresh]) {
          const { firsts } = await readOn(each, [after ?? 0, other ?? 0]);
          expect(firsts.get(0) ?? []).toEqual(indices((after ?? 0) + 1, history.length));
          expect(firsts.get(1) ?? []).toEqual(indices((other ?? 0) + 1, 3));
        }
    });

    test('waits at the end for what comes, until it leaves', async () => {
      const topics = await exampleTopics(brokers(), 2, library);
      await appendGroups(topics, 0, history.slice(0, 2));
      const tail = await tailOf(topics);
      const next = tail.next([2, 0], AbortSignal.timeout(WITHIN_MS));
      await appendGroups(topics, 1, history.slice(0, 1));
      expect(await next).toMatchObject({ partition: 1, upTo: [2, 1] });
      expect(await tail.next([2, 1], AbortSignal.timeout(1))).toBeUndefined();
      expect((await tail.behind(0, 1)).map(({ first }) => first)).toEqual([2]);
      expect(await tail.behind(0, 2)).toEqual([]);
    });
  });
});
