// Snapshots are taken while the engine runs: a start after a kill reads what was written since the last one, and no
// more. What keeps one from being written keeps nobody from being served.
import { afterEach, describe, expect, test } from '@jest/globals';
import { bank } from '@orderloom/testing';
import { commandRequest } from './command.ts';
import { createEngine } from './engine.ts';
import { inProcessViews } from './memory/in-process-views.ts';
import { jsonCodec } from './memory/json-codec.ts';
import { memoryDisk, memoryEventLog, type MemoryDisk } from './memory/memory-event-log.ts';
import { memorySnapshotStore } from './memory/memory-snapshot-store.ts';
import { memoryViewStore } from './memory/memory-view-store.ts';
import type { SnapshotStore } from './ports/snapshot-store.ts';
import { createProjector } from './projector.ts';
import type { SnapshotPace } from './snapshot-taking.ts';

const EVERY_20: SnapshotPace = { events: 20, bytes: Infinity };

type Parts = { disk?: MemoryDisk; snapshots?: SnapshotStore; snapshotPace?: SnapshotPace };
const stopping: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

const start = async ({
  disk = memoryDisk(),
  snapshots = memorySnapshotStore(),
  snapshotPace = EVERY_20,
}: Parts = {}) => {
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const projector = createProjector({ store, codec, registry: bank(), projections: [] });
  const problems: string[] = [];
  let read = 0;
  const engine = await createEngine({
    registry: bank(),
    codec,
    log: memoryEventLog({ disk }),
    feed: await inProcessViews(projector, reader),
    snapshots,
    snapshotPace,
    onProblem: (message) => problems.push(message),
    restoring: { onEvent: () => read++ },
  });
  stopping.push(engine.stop);
  const open = (owner: string) =>
    engine.send(
      commandRequest({
        stream: { tenant: 'main', type: 'account', key: '' },
        type: 'OpenAccount',
        data: { owner, closeAfter: null },
        commandId: owner,
      }),
    );
  if (disk.groups.length === 0)
    await engine.send(
      commandRequest({
        stream: { tenant: 'main', type: 'world', key: 'main' },
        type: 'CreateWorld',
        data: {},
        commandId: 'world',
      }),
    );
  return { engine, disk, snapshots, open, problems, read: () => read };
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

/** What a killed engine leaves behind: nobody has stopped it. */
const killed = ({ disk, snapshots }: { disk: MemoryDisk; snapshots: SnapshotStore }): Parts => {
  const found = snapshots.load();
  return { disk: { ...disk, groups: [...disk.groups] }, snapshots: { ...snapshots, load: () => found } };
};

describe('an engine that was killed', () => {
  test('reads back what it wrote after its last snapshot only', async () => {
    const first = await start();
    for (let i = 0; i < 60; i++) await first.open(`owner ${String(i)}`);
    await until(() => (first.snapshots.load()?.index ?? 0) > 0);
    const behind = first.disk.groups.length - (first.snapshots.load()?.index ?? 0);
    const again = await start(killed(first));
    expect(again.read()).toBe(behind);
    expect(again.read()).toBeLessThan(61);
    expect((await again.open('owner 3')).outcome).toBe('duplicate');
  });

  test('reads back everything where it had taken none', async () => {
    const first = await start({ snapshotPace: { events: Infinity, bytes: Infinity } });
    for (let i = 0; i < 60; i++) await first.open(`owner ${String(i)}`);
    const again = await start(killed(first));
    expect(again.read()).toBe(61);
  });

  test('has a snapshot soon where it had to read much', async () => {
    const first = await start({ snapshotPace: { events: Infinity, bytes: Infinity } });
    for (let i = 0; i < 60; i++) await first.open(`owner ${String(i)}`);
    const again = await start({ disk: first.disk });
    await again.open('one more');
    await until(() => again.snapshots.load()?.index === 62);
  });
});

test('bytes count as much as events do', async () => {
  const { open, snapshots } = await start({ snapshotPace: { events: Infinity, bytes: 2000 } });
  for (let i = 0; i < 40; i++) await open(`owner ${String(i)}`);
  await until(() => snapshots.load() !== undefined);
});

test('a snapshot that cannot be kept is said, and nobody is kept from being served', async () => {
  const full: SnapshotStore = {
    load: () => undefined,
    save: () => Promise.reject(new Error('the disk is full')),
  };
  const { engine, open, problems } = await start({ snapshots: full });
  for (let i = 0; i < 60; i++) expect((await open(`owner ${String(i)}`)).outcome).toBe('accepted');
  await until(() => problems.length > 0);
  expect(problems[0]).toBe('no snapshot: the disk is full');
  stopping.length = 0;
  await expect(engine.stop()).rejects.toThrow('the disk is full');
});

test('an engine that stops gives up the snapshot under way and takes its last one', async () => {
  const kept = memorySnapshotStore();
  const heads: number[] = [];
  const snapshots: SnapshotStore = {
    load: kept.load,
    save: (head, parts) => {
      heads.push(head.index);
      return kept.save(head, parts);
    },
  };
  const { engine, open } = await start({ snapshots });
  for (let i = 0; heads.length === 0; i++) await open(`owner ${String(i)}`);
  const stopped = engine.stop();
  stopping.length = 0;
  await stopped;
  expect(heads).toHaveLength(2);
  expect(kept.load()?.index).toBe(heads[1]);
});
