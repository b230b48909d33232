import { describe, expect, test } from '@jest/globals';
import { LaneQueues } from './lane-queues.ts';

const TOPICS = ['commands', 'internal'];

type Became = 'taken' | 'stale' | 'full';

/** Lanes of partition 0, whose owner answers as told and then takes everything. */
const lanes = (...answers: Became[]) => {
  const handed: string[] = [];
  const held: string[] = [];
  const queues = new LaneQueues({
    topics: TOPICS,
    onRecords: async (topic, _, messages) => {
      handed.push(`${topic} ${messages.map(({ offset }) => offset).join(',')}`);
      return answers.shift() ?? 'taken';
    },
    onReadUpTo: (topic, _, offset) => void handed.push(`${topic} up to ${String(offset)}`),
    hold: ({ topic }) => void held.push(topic),
  });
  queues.deal([0], []);
  const read = (...offsets: number[]) => {
    for (const offset of offsets)
      queues.add({ topic: 'commands', partition: 0, offset, key: null, value: null });
  };
  return { queues, read, handed, held };
};

describe('lanes of librdkafka', () => {
  test('hand on what was read, in order, and then its end', async () => {
    const { queues, read, handed } = lanes();
    read(3, 4, 6);
    queues.reach({ topic: 'commands', partition: 0, offset: 8 });
    await queues.handOn();
    expect(handed).toEqual(['commands 3,4,6', 'commands up to 8']);
  });

  test('leave out what comes twice', async () => {
    const { queues, read, handed } = lanes();
    read(3, 4, 3, 4, 5);
    await queues.handOn();
    expect(handed).toEqual(['commands 3,4,5']);
  });

  test('hand on again what was stale, and stays here', async () => {
    const { queues, read, handed } = lanes('stale');
    read(1);
    await queues.handOn();
    expect(handed).toEqual(['commands 1', 'commands 1']);
  });

  test('drop what belongs to somebody else by now', async () => {
    const { queues, read, handed } = lanes();
    read(1);
    queues.deal([], [0]);
    await queues.handOn();
    expect(handed).toEqual([]);
  });

  test('hold one back that is full, which then is no lane that has stalled', async () => {
    const { queues, read, held } = lanes('full');
    read(1);
    await queues.handOn();
    expect(held).toEqual(['commands']);
    const ends = new Map(TOPICS.map((topic) => [topic, [9]]));
    expect(queues.progress(ends).map(({ key }) => key)).toEqual(['internal/0']);
    queues.resume({ topic: 'commands', partition: 0 });
    expect(queues.progress(ends)).toContainEqual({ key: 'commands/0', position: 2, end: 9 });
  });
});
