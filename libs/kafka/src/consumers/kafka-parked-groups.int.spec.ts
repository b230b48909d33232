// Wishes for a redrive, beside a group's progress: whoever owns the partition sees them, until the redrive is over.
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ParkedEvent } from '@orderloom/engine';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { throughEach, until } from '@orderloom/testing';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaGroupProgress } from './kafka-group-progress.ts';
import { kafkaParkedGroups } from './kafka-parked-groups.ts';

jest.setTimeout(60_000);

const parked = (handler: string, key: string, version: number): ParkedEvent => ({
  ...{ handler, streamId: `main/order/${key}`, version, reason: 'RangeError', index: version },
  recordedAt: 1_717_416_000_000 + version,
});

throughEach('what consumers have parked', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('what groups have parked on topics', () => {
    let topics: ExampleTopics;
    beforeAll(async () => {
      topics = await exampleTopics(brokers(), 2, library);
    });
    const progressOf = (group: string) => kafkaGroupProgress({ ...topics, group });

    test('is listed over all partitions, and of no group but its own', async () => {
      const [tellers, clerks] = [await progressOf('tellers'), await progressOf('clerks')];
      await (await tellers.take(1)).keep({ index: 3, parked: [parked('tellers', 'b', 2)] });
      await (await tellers.take(0)).keep({ index: 9, parked: [parked('tellers', 'a', 1)] });
      await (await clerks.take(0)).keep({ index: 9, parked: [parked('clerks', 'a', 1)] });
      const groups = kafkaParkedGroups(topics);
      const parkedOf = async (group: string) =>
        (await groups.parked()).filter(({ handler }) => handler === group);
      await until('all to be listed', async () => (await groups.parked()).length === 3);
      expect(await parkedOf('tellers')).toEqual([
        { ...parked('tellers', 'a', 1), redriving: false },
        { ...parked('tellers', 'b', 2), redriving: false },
      ]);
      expect(await groups.redrive('tellers', ['main/order/nobody'])).toBe(0);
      expect(await groups.redrive('tellers', 'all')).toBe(2);
      await until('both to be redriven', async () =>
        (await parkedOf('tellers')).every(({ redriving }) => redriving),
      );
      expect(await parkedOf('clerks')).toMatchObject([{ redriving: false }]);
      await Promise.all([tellers.close(), clerks.close()]);
    });

    test('is to be redriven by the owner, and by the one after it, until that is over', async () => {
      const progress = await progressOf('packers');
      const groups = kafkaParkedGroups(topics);
      const first = await progress.take(0);
      const [a, b] = ['main/order/a', 'main/order/b'];
      await first.keep({ index: 4, parked: [parked('packers', 'a', 1), parked('packers', 'b', 1)] });
      expect(await first.asked()).toEqual([]);
      await until('it to be listed', async () =>
        (await groups.parked()).some(({ handler }) => handler === 'packers'),
      );
      await groups.redrive('packers', [a]);
      await groups.redrive('packers', [a]);
      expect(await first.asked()).toEqual([a]);
      const second = await progress.take(0);
      expect(await second.asked()).toEqual([a]);
      await groups.redrive('packers', [b]);
      await second.keep({ index: 4, parked: [], released: [{ streamId: a, version: 1 }], redriven: [a] });
      expect(await second.asked()).toEqual([b]);
      const third = await progress.take(0);
      expect([third.parked.map(({ streamId }) => streamId), await third.asked()]).toEqual([[b], [b]]);
      await progress.close();
    });
  });
});
