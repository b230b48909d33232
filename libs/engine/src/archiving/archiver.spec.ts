// The archive holds the log and nothing else, whatever the windows and however often it was begun again; what rests is
// kept as the fold of its events; a partition snapshot is the state that a processor of the log has.
import { describe, expect, test } from '@jest/globals';
import type { Projection } from '@orderloom/decider';
import { accountView, bank } from '@orderloom/testing';
import fc from 'fast-check';
import { commandRequest } from '../command.ts';
import { eventsIn } from '../frames.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryArchive, type MemoryArchive } from '../memory/memory-archive.ts';
import { memorySnapshotStore } from '../memory/memory-snapshot-store.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { Processor } from '../processor/processor.ts';
import { restore } from '../processor/restoring.ts';
import { loadSnapshot } from '../processor/snapshots.ts';
import { openArchiver } from './archiver.ts';

const codec = jsonCodec();
const registry = bank();

/** Accounts that are opened, paid into and closed; what is sent to a closed one comes back. */
const aHistory = () => {
  const processor = new Processor({ registry: bank({ breakable: true }), codec: jsonCodec() });
  const groups: StoredGroup[] = [];
  const say = (key: string, type: string, data: object, name = 'account'): string => {
    processor.begin(1000 + groups.length);
    const stream = { tenant: 'main', type: name, key };
    const commandId = `c${String(groups.length)}`;
    const result = processor.decide(commandRequest({ stream, type, data, commandId }));
    const { first = 0, count = 0, frames = new Uint8Array() } = processor.group() ?? {};
    if (count > 0) groups.push({ first, count, frames: Uint8Array.from(frames) });
    processor.commit();
    return result?.stream.key ?? '';
  };
  say('main', 'CreateWorld', {}, 'world');
  const opened = ['ann', 'bob', 'cyd', 'dan'].map((owner) =>
    say('', 'OpenAccount', { owner, closeAfter: null }),
  );
  const [ann = '', bob = '', cyd = ''] = opened;
  for (const key of opened) say(key, 'Deposit', { amount: 100, from: null });
  say(bob, 'CloseAccount', {});
  say(ann, 'Transfer', { amount: 30, to: cyd });
  say(cyd, 'CloseAccount', {});
  // The refusal comes back in the same group: the account rests with it, or does not.
  say(ann, 'Transfer', { amount: 5, to: bob });
  say(ann, 'CloseAccount', {});
  return { groups, ann, bob, cyd, dan: opened[3] ?? '', say };
};
const nothing = (): MemoryArchive => ({ groups: [], archived: [], schemas: [] });

type Given = {
  readonly kept: MemoryArchive;
  readonly snapshots?: SnapshotStore;
  readonly snapshotEvents?: number;
  readonly projections?: readonly Projection[];
  /** Frames of other partitions' tenants, as they are found when they are asked for, one time after the other. */
  readonly globals?: (readonly Uint8Array[])[];
};
/** An archiver, and behind which events its archive was read when it began. */
const begun = async (given: Given) => {
  const { kept, snapshots = memorySnapshotStore(), snapshotEvents, projections, globals = [] } = given;
  const store = memoryArchive(codec, kept);
  const readBehind: number[] = [];
  const problems: unknown[] = [];
  const archiver = await openArchiver({
    store: {
      ...store,
      read: (after) => {
        readBehind.push(after);
        return store.read(after);
      },
    },
    ...{ snapshots, source: codec, codec, registry },
    projections: projections ?? [accountView as Projection],
    globals: async () => globals.shift() ?? [],
    owns: () => true,
    ...(snapshotEvents === undefined ? {} : { snapshotEvents }),
    onProblem: (error) => problems.push(error),
  });
  return { archiver, readBehind, problems, store };
};
const idOf = (key: string): string => `main/account/${key}`;

describe('the archive', () => {
  test('holds every group, and of each account that was closed its final document', async () => {
    const { groups, ann, bob, cyd, dan } = aHistory();
    const { archiver, store } = await begun({ kept: nothing() });
    await archiver.apply(groups);
    expect([...store.read(0)]).toEqual(groups);
    for (const key of [ann, bob, cyd]) {
      const events = eventsIn(codec, store.readStream(idOf(key)));
      const document = events.reduce<unknown>(
        (folded, event) => (accountView as Projection).fold(folded, event, undefined),
        undefined,
      );
      expect(store.find(idOf(key))).toEqual([
        {
          ...{ streamId: idOf(key), version: events.length, recordedAt: events.at(-1)!.recordedAt },
          ...{ view: 'account', foldId: 'account-view-1', document },
        },
      ]);
    }
    expect(store.find(idOf(dan))).toEqual([]);
  });

  test('is the same whatever the windows, what comes twice, and however often it begins again', async () => {
    const { groups, ann, bob, cyd, dan } = aHistory();
    const whole = nothing();
    await (await begun({ kept: whole })).archiver.apply(groups);
    const found = (kept: MemoryArchive) =>
      [ann, bob, cyd, dan].map((key) => memoryArchive(codec, kept).find(idOf(key)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(3), fc.boolean()), { maxLength: 12 }),
        fc.constantFrom(1, 4, 1000),
        async (windows, snapshotEvents) => {
          const kept = nothing();
          const snapshots = memorySnapshotStore();
          let { archiver } = await begun({ kept, snapshots, snapshotEvents });
          for (const [size, again, restarts] of [...windows, [groups.length, 0, true] as const]) {
            if (restarts) ({ archiver } = await begun({ kept, snapshots, snapshotEvents }));
            const at = Math.max(0, kept.groups.length - again);
            await archiver.apply(groups.slice(at, at + again + size));
          }
          expect(kept.groups).toEqual(whole.groups);
          expect(found(kept)).toEqual(found(whole));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('refuses a log in which events are missing, and takes the whole one afterwards', async () => {
    const { groups } = aHistory();
    const { archiver, store } = await begun({ kept: nothing() });
    await archiver.apply(groups.slice(0, 3));
    await expect(archiver.apply(groups.slice(4))).rejects.toMatchObject({ code: 'position-gap' });
    await archiver.apply(groups.slice(3));
    expect(store.head()).toBe(groups.at(-1)!.first + groups.at(-1)!.count - 1);
  });

  test('says which document cannot be folded, and keeps the events and the others', async () => {
    const { groups, ann, bob } = aHistory();
    const poisoned: Projection = {
      ...(accountView as Projection),
      fold: (document, event, global) => {
        if (event.stream.key === bob) throw new TypeError('poison');
        return (accountView as Projection).fold(document, event, global);
      },
    };
    const { archiver, store, problems } = await begun({ kept: nothing(), projections: [poisoned] });
    await archiver.apply(groups);
    expect(problems).toEqual([new TypeError('poison')]);
    expect(store.find(idOf(bob))).toEqual([]);
    expect(store.readStream(idOf(bob))).toHaveLength(3);
    expect(store.find(idOf(ann))).toHaveLength(1);
  });

  test('keeps nothing of a window that came before what it rests on, and all of it the next time', async () => {
    const { groups, dan, say } = aHistory();
    say(dan, 'Break', {});
    const kept = nothing();
    const { archiver } = await begun({ kept, globals: [[], [], [groups[0]!.frames]] });
    await expect(archiver.apply(groups)).rejects.toMatchObject({
      code: 'archive-unavailable',
      retryable: true,
    });
    expect(kept.groups).toEqual([]);
    const again = await begun({ kept });
    await again.archiver.apply(groups);
    expect(kept.groups).toEqual(groups);
  });

  test('takes no document and no snapshot of a stream that cannot be folded', async () => {
    const { groups, dan, say } = aHistory();
    say(dan, 'Break', {});
    say(dan, 'CloseAccount', {});
    const snapshots = memorySnapshotStore();
    const { archiver, store } = await begun({ kept: nothing(), snapshots, snapshotEvents: 1 });
    await archiver.apply(groups);
    expect(store.find(idOf(dan))).toEqual([]);
    expect(store.readStream(idOf(dan))).toHaveLength(4);
    expect(snapshots.load()).toBeUndefined();
  });
});

describe('a partition snapshot', () => {
  const stateOf = ({ partition, head }: Processor) => ({
    head,
    sequences: partition.sequences,
    streams: [...partition.streams.values()].map(({ id, version, prev, state }) => [
      id,
      version,
      prev,
      state,
    ]),
  });

  test('with the log behind it gives what the whole log gives', async () => {
    const { groups } = aHistory();
    const kept = nothing();
    const snapshots = memorySnapshotStore();
    const { archiver } = await begun({ kept, snapshots, snapshotEvents: 8 });
    for (const group of groups) await archiver.apply([group]);
    const snapshot = snapshots.load();
    expect(snapshot?.index).toBeGreaterThanOrEqual(8);
    const log = {
      read: (after: number) => groups.filter(({ first }) => first > after),
      parked: () => [],
    };
    const [sooner, whole] = [new Processor({ registry, codec }), new Processor({ registry, codec })];
    expect(loadSnapshot(sooner, snapshot!)).toBe(true);
    await restore(sooner, log);
    await restore(whole, log);
    expect(stateOf(sooner)).toEqual(stateOf(whole));
  });

  test('is where the archiver begins again', async () => {
    const { groups } = aHistory();
    const [kept, snapshots] = [nothing(), memorySnapshotStore()];
    const first = await begun({ kept, snapshots, snapshotEvents: 1 });
    await first.archiver.apply(groups.slice(0, -1));
    const head = first.store.head();
    const { readBehind, archiver, store } = await begun({ kept, snapshots });
    expect(readBehind).toEqual([head - 1, head]);
    await archiver.apply(groups);
    expect([...store.read(0)]).toEqual(groups);
  });

  test.each([
    ['ahead of the archive', (index: number, foldId: string) => ({ index: index + 1, foldId })],
    ['of another build', (index: number) => ({ index, foldId: 'other' })],
    ['of another log', (index: number, foldId: string) => ({ index: index - 1, foldId })],
  ])('%s is passed over', async (_, changed) => {
    const { groups } = aHistory();
    const [kept, snapshots] = [nothing(), memorySnapshotStore()];
    const first = await begun({ kept, snapshots, snapshotEvents: 1 });
    await first.archiver.apply(groups.slice(0, -1));
    const { index, foldId, parts } = snapshots.load()!;
    await snapshots.save(changed(index, foldId), parts);
    const { readBehind, archiver, store } = await begun({ kept, snapshots });
    expect(readBehind.at(-1)).toBe(0);
    await archiver.apply(groups);
    expect([...store.read(0)]).toEqual(groups);
  });
});
