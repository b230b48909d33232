// What a comparison finds: whatever is not what a fresh fold of the log gives, whichever part of it that is.
import { describe, expect, test } from '@jest/globals';
import type { Projection } from '@orderloom/decider';
import { bank } from '@orderloom/testing';
import { commandRequest } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryViewStore } from '../memory/memory-view-store.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { Checkpoint, DocumentWrite, StreamChunk } from '../ports/view-store.ts';
import { Processor } from '../processor/processor.ts';
import { createProjector } from '../projector.ts';
import { compareViews, type Comparison } from './comparing.ts';
import { digestsOf, heldDigests, type KeptDocument } from './view-digests.ts';

const types = (poison = false): Projection<string[]> => ({
  name: 'types',
  foldId: '1',
  streamType: 'account',
  fold: (document, event) => {
    if (poison && (event.data as { amount?: number }).amount === 2) throw new TypeError('poison');
    return event.type === 'AccountClosed' ? undefined : [...(document ?? []), event.type];
  },
  lists: () => ['all:'],
  sortKey: () => 'x',
});

/** Accounts, each with two deposits; the last one is closed. */
const aLog = (accounts = 3): readonly StoredGroup[] => {
  const processor = new Processor({ registry: bank(), codec: jsonCodec() });
  const groups: StoredGroup[] = [];
  const say = (type: string, key: string, name: string, data: object): string => {
    processor.begin(1000);
    const stream = { tenant: 'main', type, key };
    const result = processor.decide(
      commandRequest({ stream, type: name, data, commandId: `${name}${String(groups.length)}` }),
    );
    const group = processor.group();
    if (group !== undefined) groups.push({ ...group, frames: Uint8Array.from(group.frames) });
    processor.commit();
    return result?.stream.key ?? '';
  };
  say('world', 'main', 'CreateWorld', {});
  for (let at = 0; at < accounts; at++) {
    const key = say('account', '', 'OpenAccount', { owner: `o-${String(at)}`, closeAfter: null });
    for (const amount of [1, 2]) say('account', key, 'Deposit', { amount, from: null });
    if (at === accounts - 1) say('account', key, 'CloseAccount', {});
  }
  return groups;
};

type Held = {
  readonly documents: KeptDocument[];
  readonly chunks: StreamChunk[];
  readonly checkpoint: Checkpoint;
};

/** What a projector has written of the groups. */
const viewsOf = async (groups: readonly StoredGroup[], projection = types()): Promise<Held> => {
  const { store } = memoryViewStore();
  const documents = new Map<string, DocumentWrite>();
  const chunks: StreamChunk[] = [];
  const projector = createProjector({
    ...{ codec: jsonCodec(), registry: bank(), projections: [projection] },
    store: {
      ...store,
      commit: (batch) => {
        for (const { id } of batch.removals) documents.delete(id);
        for (const write of batch.writes) documents.set(write.id, structuredClone(write));
        chunks.push(...batch.chunks.map((chunk) => ({ ...chunk, frames: Uint8Array.from(chunk.frames) })));
        return store.commit(batch);
      },
    },
  });
  for (const group of groups) await projector.apply([group]);
  const kept = [...documents.values()].map((write) => ({
    ...write,
    body: JSON.stringify(write.document),
    found: foundBy(write),
  }));
  return { documents: kept, chunks, checkpoint: await store.checkpoint() };
};

const foundBy = ({ text = [] }: DocumentWrite): string => text.join(' ');

const compared = (
  { documents, chunks, checkpoint }: Held,
  groups: readonly StoredGroup[],
  { projection = types(), eventsAtOnce = 1000 } = {},
): Promise<Comparison> =>
  compareViews(
    { ...checkpoint, hasHistories: true, foundBy, digestsIn: heldDigests(digestsOf(documents, chunks)) },
    {
      ...{ codec: jsonCodec(), registry: bank(), projections: [projection], eventsAtOnce },
      ...{ read: () => groups, head: groups.at(-1)!.first },
    },
  );

describe('views that are what the log says', () => {
  test('have no difference, in one pass or in many', async () => {
    const groups = aLog();
    for (const eventsAtOnce of [1000, 2])
      expect(await compared(await viewsOf(groups), groups, { eventsAtOnce })).toEqual({
        ...{ index: groups.length, documents: 2, histories: 4, differences: 0, first: null },
      });
  });

  test('may be newer than their checkpoint, and the log longer than they are', async () => {
    const groups = aLog();
    const held = await viewsOf(groups.slice(0, 6));
    expect(await compared(held, groups)).toMatchObject({ differences: 0 });
    expect(
      await compared({ ...held, checkpoint: (await viewsOf(groups.slice(0, 3))).checkpoint }, groups),
    ).toMatchObject({ differences: 0 });
  });

  test('may have parked what cannot be folded', async () => {
    const groups = aLog();
    const projection = types(true);
    expect(await compared(await viewsOf(groups, projection), groups, { projection })).toMatchObject({
      differences: 0,
    });
  });
});

describe('a comparison of many events', () => {
  test('holds a part of them at a time, and waits for others again and again', async () => {
    const groups = aLog(400);
    const { documents, chunks, checkpoint } = await viewsOf(groups);
    const digests = digestsOf(documents, chunks);
    const held: number[] = [];
    let waits = 0;
    const comparison = await compareViews(
      {
        ...{ ...checkpoint, hasHistories: true, foundBy },
        digestsIn: (share) => {
          const some = heldDigests(digests)(share);
          held.push(some.size);
          return some;
        },
      },
      {
        ...{ codec: jsonCodec(), registry: bank(), projections: [types()], read: () => groups },
        ...{ head: groups.length, eventsAtOnce: 200 },
        onProgress: async () => {
          waits += 1;
          await Promise.resolve();
        },
      },
    );
    expect(comparison).toMatchObject({ differences: 0, documents: 399, histories: 401 });
    expect(held.length).toBeGreaterThan(5);
    expect(Math.max(...held)).toBeLessThan(digests.size / 4);
    expect(waits).toBeGreaterThan((held.length * groups.length) / 500);
  });
});

describe('a view that is not', () => {
  const changes: readonly (readonly [string, (held: Held) => unknown, object])[] = [
    ['lacks a document', ({ documents }) => documents.shift(), { view: 'types', kind: 'missing' }],
    [
      'has one too many',
      ({ documents }) => documents.push({ ...documents[0]!, id: 'main/z' }),
      { id: 'main/z', kind: 'extra' },
    ],
    [
      'has another body',
      ({ documents }) => (documents[0] = { ...documents[0]!, body: '[]' }),
      { kind: 'different' },
    ],
    [
      'has it in another list',
      ({ documents }) => (documents[0] = { ...documents[0]!, lists: [] }),
      { kind: 'different' },
    ],
    [
      'finds it by other words',
      ({ documents }) => (documents[0] = { ...documents[0]!, found: 'other' }),
      { kind: 'different' },
    ],
    [
      'has it elsewhere in its lists',
      ({ documents }) => (documents[0] = { ...documents[0]!, sortKey: 'y' }),
      { kind: 'different' },
    ],
    [
      'is ahead of the log',
      ({ documents }) => (documents[0] = { ...documents[0]!, version: 9 }),
      { kind: 'ahead' },
    ],
    ['lacks a history', (held) => held.chunks.splice(0, 1), { view: '$history', kind: 'missing' }],
    ['has a hole in a history', ({ chunks }) => chunks.splice(2, 1), { view: '$history', kind: 'different' }],
    [
      'has changed a history',
      ({ chunks }) => chunks[1]!.frames.fill(7, 8),
      { view: '$history', kind: 'different' },
    ],
  ];
  test.each(changes)('and %s is told so, in one share or in many', async (_, change, first) => {
    const groups = aLog();
    const held = await viewsOf(groups);
    change(held);
    for (const eventsAtOnce of [1000, 2])
      expect(await compared(held, groups, { eventsAtOnce })).toMatchObject({ differences: 1, first });
  });

  test('and has stopped behind its checkpoint is told so', async () => {
    const groups = aLog(1);
    const held = await viewsOf(groups.slice(0, 3));
    expect(await compared({ ...held, checkpoint: (await viewsOf(groups)).checkpoint }, groups)).toMatchObject(
      {
        ...{ differences: 2, first: { view: '$history', kind: 'behind' } },
      },
    );
  });

  test('names the first difference in the order of views and ids, whatever it found first', async () => {
    const groups = aLog();
    const held = await viewsOf(groups);
    held.documents.splice(0);
    const { first, differences } = await compared(held, groups);
    const ids = (await viewsOf(groups)).documents.map(({ id }) => id).sort();
    expect([differences, first]).toEqual([2, { view: 'types', id: ids[0], kind: 'missing' }]);
  });
});
