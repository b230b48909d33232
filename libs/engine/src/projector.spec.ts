// What every projection gets from the projector: once each, in order, nothing on the wrong base, parking per stream,
// and the same documents after a rebuild.
import { describe, expect, test } from '@jest/globals';
import type { Projection } from '@orderloom/decider';
import { bank, turns } from '@orderloom/testing';
import { commandRequest } from './command.ts';
import { jsonCodec } from './memory/json-codec.ts';
import { memoryViewStore } from './memory/memory-view-store.ts';
import type { StoredGroup } from './ports/event-log.ts';
import type { ViewBatch, ViewStore } from './ports/view-store.ts';
import { Processor } from './processor/processor.ts';
import { createProjector } from './projector.ts';

/** Five groups: the world, an account, two deposits (or more), another account. */
const history = (deposits = 2): { groups: StoredGroup[]; key: string } => {
  const processor = new Processor({ registry: bank(), codec: jsonCodec() });
  const groups: StoredGroup[] = [];
  const say = (type: string, key: string, name: string, data: object): string => {
    processor.begin(1000);
    const result = processor.decide(
      commandRequest({
        stream: { tenant: 'main', type, key },
        type: name,
        data,
        commandId: `${name}${String(groups.length)}`,
      }),
    );
    const group = processor.group();
    if (group !== undefined) groups.push({ ...group, frames: Uint8Array.from(group.frames) });
    processor.commit();
    return result?.stream.key ?? '';
  };
  say('world', 'main', 'CreateWorld', {});
  const key = say('account', '', 'OpenAccount', { owner: 'ann', closeAfter: null });
  for (let at = 0; at < deposits; at++)
    say('account', key, 'Deposit', { amount: at === 0 ? 1 : 2, from: null });
  say('account', '', 'OpenAccount', { owner: 'bob', closeAfter: null });
  return { groups, key };
};

const types = (poison = 'none'): Projection<string[]> => ({
  name: 'types',
  foldId: '1',
  streamType: 'account',
  fold: (document, event) => {
    if ((event.data as { amount?: number }).amount === 1 && poison === 'first deposit')
      throw new TypeError('poison');
    return [...(document ?? []), event.type];
  },
  lists: () => ['all:'],
  sortKey: () => 'x',
});

const setUp = (projection = types()) => {
  const { store, reader } = memoryViewStore();
  const open = (over: ViewStore = store) =>
    createProjector({ store: over, codec: jsonCodec(), registry: bank(), projections: [projection] });
  return { store, reader, open };
};

describe('a projector', () => {
  test('folds each event once, also when a group is delivered again', async () => {
    const { groups, key } = history();
    const { reader, open } = setUp();
    const projector = open();
    await projector.apply(groups.slice(0, 3));
    await projector.apply(groups);
    expect(await reader.get('types', `main/${key}`)).toMatchObject({
      version: 3,
      document: ['AccountOpened', 'Deposited', 'Deposited'],
    });
    expect(await projector.checkpointIndex()).toBe(5);
  });

  test('goes on from its checkpoint after a restart in the middle', async () => {
    const { groups, key } = history();
    const { reader, open } = setUp();
    await open().apply(groups.slice(0, 2));
    await open().apply(groups);
    expect((await reader.get('types', `main/${key}`))?.version).toBe(3);
  });

  test('stops where a group is missing, though no slot shows it', async () => {
    const { groups } = history();
    const { store, open } = setUp();
    await expect(open().apply([...groups.slice(0, 2), ...groups.slice(4)])).rejects.toThrow(
      /goes on at event/,
    );
    expect((await store.checkpoint()).index).toBe(0);
  });

  test('stops at a gap in a slot and shows nothing behind it', async () => {
    const { groups, key } = history();
    const { reader, open } = setUp();
    const gap = [
      ...groups.slice(0, 2),
      ...groups.slice(3).map((group) => ({ ...group, first: group.first - 1 })),
    ];
    await expect(open().apply(gap)).rejects.toThrow(/goes on at sequence/);
    expect(await reader.get('types', `main/${key}`)).toBeUndefined();
  });

  test('applies nothing where the store refuses, and everything on the next try', async () => {
    const { groups, key } = history();
    const { store, reader, open } = setUp();
    let refuse = true;
    const projector = open({
      ...store,
      commit: (batch) => {
        if (refuse) throw new Error('store away');
        return store.commit(batch);
      },
    });
    await expect(projector.apply(groups)).rejects.toThrow('store away');
    refuse = false;
    await projector.apply(groups);
    expect((await reader.get('types', `main/${key}`))?.version).toBe(3);
  });

  test('adds a document to its sums once, through windows, refusals and restarts', async () => {
    const { groups } = history(6);
    const summed: Projection<string[]> = {
      ...types(),
      sums: (document) => ({ lists: ['all:'], unit: 'events', amounts: { seen: document.length } }),
    };
    const { store, reader, open } = setUp(summed);
    let refusals = 2;
    const moody = {
      ...store,
      commit: (batch: ViewBatch) => {
        if (batch.checkpoint.index > 3 && refusals-- > 0) throw new Error('store away');
        return store.commit(batch);
      },
    };
    let projector = open(moody);
    for (const [at, group] of groups.entries()) {
      await projector
        .apply([group])
        .catch(() => projector.apply([group]))
        .catch(() => undefined);
      if (at % 2 === 0) projector = open(moody);
    }
    await open().apply(groups);
    expect(await reader.sums('types', 'main/all:')).toEqual([{ unit: 'events', name: 'seen', amount: 8n }]);
  });

  /** A store whose first commit waits until it is let go, or refused. */
  const held = (store: ViewStore) => {
    const commits: number[] = [];
    let end: (refused: boolean) => void = () => undefined;
    const first = new Promise<boolean>((resolve) => (end = resolve));
    const over: ViewStore = {
      ...store,
      commit: async (batch) => {
        commits.push(batch.checkpoint.index);
        if (commits.length === 1 && (await first)) throw new Error('store away');
        await store.commit(batch);
      },
    };
    return { over, commits, end };
  };

  test('folds a window onto the one that is being written', async () => {
    const { groups, key } = history();
    const { store, reader, open } = setUp();
    const { over, commits, end } = held(store);
    const projector = open(over);
    const both = [projector.apply(groups.slice(0, 3)), projector.apply(groups.slice(3))];
    await turns();
    expect(commits).toEqual([3]);
    expect(await projector.checkpointIndex()).toBe(0);
    end(false);
    await Promise.all(both);
    expect(await reader.get('types', `main/${key}`)).toMatchObject({
      version: 3,
      document: ['AccountOpened', 'Deposited', 'Deposited'],
    });
    expect(await projector.checkpointIndex()).toBe(5);
  });

  test('writes nothing behind a window that was refused, and both on the next try', async () => {
    const { groups, key } = history();
    const { store, reader, open } = setUp();
    const { over, commits, end } = held(store);
    const projector = open(over);
    const both = [projector.apply(groups.slice(0, 3)), projector.apply(groups.slice(3))];
    end(true);
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commits).toEqual([3]);
    expect((await store.checkpoint()).index).toBe(0);
    await Promise.all([projector.apply(groups.slice(0, 3)), projector.apply(groups.slice(3))]);
    expect((await reader.get('types', `main/${key}`))?.version).toBe(3);
  });

  test('lets a write go on while a long window is folded', async () => {
    const { groups } = history(5000);
    let folded = 0;
    const counting: Projection<number> = {
      ...{ name: 'counted', foldId: '1', streamType: 'account', lists: () => ['all:'], sortKey: () => 'x' },
      fold: () => (folded += 1),
    };
    const { store, reader } = memoryViewStore();
    const foldedAtCommits: number[] = [];
    const slow: ViewStore = {
      ...store,
      commit: async (batch) => {
        await turns(2);
        foldedAtCommits.push(folded);
        await store.commit(batch);
      },
    };
    const parts = { codec: jsonCodec(), registry: bank(), projections: [counting] };
    const projector = createProjector({ ...parts, store: slow });
    await Promise.all([projector.apply(groups.slice(0, 3)), projector.apply(groups.slice(3))]);
    expect(foldedAtCommits[0]).toBeLessThan(folded);
    expect((await reader.list('counted', 'main/all:', null, 10)).documents).toHaveLength(2);
  });

  test('removes a document that is being written', async () => {
    const { groups, key } = history();
    const leaving: Projection<string[]> = {
      ...types(),
      fold: (_, { type }) => (type === 'Deposited' ? undefined : [type]),
    };
    const { store, reader, open } = setUp(leaving);
    const { over, end } = held(store);
    const projector = open(over);
    const both = [projector.apply(groups.slice(0, 2)), projector.apply(groups.slice(2, 3))];
    end(false);
    await Promise.all(both);
    expect(await reader.get('types', `main/${key}`)).toBeUndefined();
  });

  test('knows the event at its checkpoint again, and no other one in its place', async () => {
    const { groups } = history();
    const { open } = setUp();
    await open().apply(groups.slice(0, 3));
    const [, , third, fourth] = groups;
    expect(await open().stands?.(third!)).toBe(true);
    expect(await open().stands?.({ ...fourth!, first: third!.first })).toBe(false);
    expect(await open().stands?.(fourth!)).toBe(false);
  });

  test('parks an event that cannot be folded, keeps what follows behind it, and serves the other streams', async () => {
    const { groups, key } = history();
    const { reader, store, open } = setUp(types('first deposit'));
    await open().apply(groups.slice(0, 3));
    await open().apply(groups);
    expect(await reader.get('types', `main/${key}`)).toMatchObject({ version: 1 });
    expect((await store.parked()).map(({ handler, version, reason }) => [handler, version, reason])).toEqual([
      ['types', 2, 'TypeError'],
      ['types', 3, 'an earlier event of the stream is parked'],
    ]);
    expect((await reader.list('types', 'main/all:', null, 10)).documents).toHaveLength(2);
  });

  test('folds a document that was lost again from the stream store', async () => {
    const { groups, key } = history();
    const { store, reader, open } = setUp();
    await open().apply(groups.slice(0, 3));
    const checkpoint = await store.checkpoint();
    await store.commit({
      writes: [],
      removals: [{ view: 'types', id: `main/${key}`, version: 2 }],
      chunks: [],
      parked: [],
      checkpoint,
    });
    await open().apply(groups);
    expect(await reader.get('types', `main/${key}`)).toMatchObject({
      version: 3,
      document: ['AccountOpened', 'Deposited', 'Deposited'],
    });
  });

  test('parks nothing where the stream store cannot be read', async () => {
    const { groups, key } = history();
    const { store, reader, open } = setUp();
    await open().apply(groups.slice(0, 3));
    const removals = [{ view: 'types', id: `main/${key}`, version: 2 }];
    const checkpoint = await store.checkpoint();
    await store.commit({ writes: [], removals, chunks: [], parked: [], checkpoint });
    let away = true;
    const projector = open({
      ...store,
      readStream: (streamId, after, limit) => {
        if (away && streamId.includes('/account/')) throw new Error('store away');
        return store.readStream(streamId, after, limit);
      },
    });
    await expect(projector.apply(groups)).rejects.toThrow('store away');
    away = false;
    await projector.apply(groups);
    expect(await store.parked()).toEqual([]);
    expect((await reader.get('types', `main/${key}`))?.version).toBe(3);
  });

  test('gives the same documents event by event and in one window', async () => {
    const { groups, key } = history();
    const [one, all] = [setUp(), setUp()];
    const projector = one.open();
    for (const group of groups) await projector.apply([group]);
    await all.open().apply(groups);
    expect(await one.reader.get('types', `main/${key}`)).toEqual(
      await all.reader.get('types', `main/${key}`),
    );
  });

  test('gives the same document of a window that is much longer than what it decodes at once', async () => {
    const { groups, key } = history(3000);
    const accountEvents = groups.length - 2;
    const { reader, open } = setUp();
    await open().apply(groups);
    expect((await reader.get('types', `main/${key}`))?.document).toHaveLength(accountEvents);
    expect(await reader.readStream(`main/account/${key}`, 0, 5000)).toHaveLength(accountEvents);
  });

  describe('of one partition of several', () => {
    /** Folds only what knows the world, whose stream is in another partition. */
    const worldly: Projection<string[], { readonly exists: boolean }> = {
      ...(types() as Projection<string[], { readonly exists: boolean }>),
      fold: (document, event, world) => {
        if (!world.exists) throw new TypeError('the world is not there');
        return [...(document ?? []), event.type];
      },
    };
    const apply = async (worlds: readonly (readonly Uint8Array[])[]) => {
      const { groups, key } = history();
      const { store, reader } = memoryViewStore();
      let asked = 0;
      const projector = createProjector({
        ...{ store, codec: jsonCodec(), registry: bank(), projections: [worldly] },
        globals: async (known) => (worlds[Math.min(asked++, worlds.length - 1)] ?? []).slice(known),
      });
      await projector.apply(groups.slice(1).map((group) => ({ ...group, first: group.first - 1 })));
      return { parked: await store.parked(), document: await reader.get('types', `main/${key}`) };
    };
    const world = (): Uint8Array[] => [history().groups[0]!.frames];

    test('knows the tenants’ streams of all partitions', async () => {
      const { parked, document } = await apply([world()]);
      expect(parked).toEqual([]);
      expect(document?.version).toBe(3);
    });

    test('looks into them again before it parks an event', async () => {
      const { parked, document } = await apply([[], world()]);
      expect(parked).toEqual([]);
      expect(document?.version).toBe(3);
    });

    test('parks an event where they have not grown', async () => {
      const { parked, document } = await apply([[]]);
      expect(parked).toHaveLength(4);
      expect(document).toBeUndefined();
    });
  });
});
