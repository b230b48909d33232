// How an engine ends: in order, with a deadline on its way, with a snapshot that cannot be kept, or without knowing
// what its log kept.
import { describe, expect, test } from '@jest/globals';
import { bank, turns, virtualClock } from '@orderloom/testing';
import { commandRequest } from './command.ts';
import { createEngine } from './engine.ts';
import { logFenced } from './errors.ts';
import { inProcessViews } from './memory/in-process-views.ts';
import { jsonCodec } from './memory/json-codec.ts';
import { memoryDisk, memoryEventLog, type MemoryDisk } from './memory/memory-event-log.ts';
import { memorySnapshotStore } from './memory/memory-snapshot-store.ts';
import { memoryViewStore } from './memory/memory-view-store.ts';
import type { SnapshotStore } from './ports/snapshot-store.ts';
import { createProjector } from './projector.ts';

const START = Date.UTC(2026, 0, 1);

const start = async (parts: { disk?: MemoryDisk; snapshots?: SnapshotStore; fail?: () => void } = {}) => {
  const { disk = memoryDisk(), snapshots = memorySnapshotStore(), fail = () => undefined } = parts;
  const clock = virtualClock(START);
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const projector = createProjector({ store, codec, registry: bank(), projections: [] });
  const log = memoryEventLog({ disk, beforeAppend: fail });
  let closed = false;
  const engine = await createEngine({
    registry: bank(),
    codec,
    log: { ...log, close: () => void (closed = true) },
    feed: await inProcessViews(projector, reader),
    snapshots,
    clock,
  });
  const send = (tenant: string, type: string, key: string, name: string, data: object) =>
    engine.send(
      commandRequest({
        stream: { tenant, type, key },
        type: name,
        data,
        commandId: `${name} ${JSON.stringify(data)}`,
      }),
    );
  const create = (tenant: string) => send(tenant, 'world', tenant, 'CreateWorld', {});
  const open = (owner: string, closeAfter: number | null = null, tenant = 'main') =>
    send(tenant, 'account', '', 'OpenAccount', { owner, closeAfter });
  if (log.head() === 0) await create('main');
  return { engine, clock, disk, create, open, snapshots, closed: () => closed };
};

describe('an engine that has stopped', () => {
  test('writes nothing more, though a deadline was on its way', async () => {
    const { engine, clock, disk, open } = await start();
    await open('ann', 60_000);
    clock.advance(61_000);
    const stopped = engine.stop();
    const groups = disk.groups.length;
    await stopped;
    await turns(40);
    expect(disk.groups).toHaveLength(groups);
  });

  test('has closed its log though the snapshot could not be kept', async () => {
    const full: SnapshotStore = {
      load: () => undefined,
      save: () => Promise.reject(new Error('the disk is full')),
    };
    const { engine, closed } = await start({ snapshots: full });
    await expect(engine.stop()).rejects.toThrow('the disk is full');
    expect(closed()).toBe(true);
  });
});

describe('an engine that does not know what its log kept', () => {
  const lost = async () => {
    let fenced = false;
    const one = await start({
      fail: () => {
        if (fenced) throw logFenced('another owner has the log');
      },
    });
    fenced = true;
    await expect(one.open('ann')).rejects.toMatchObject({ code: 'log-fenced' });
    fenced = false;
    return one;
  };

  test('keeps no snapshot of what may not be in the log', async () => {
    const { engine, snapshots } = await lost();
    await engine.stop();
    expect(snapshots.load()).toBeUndefined();
  });

  test('never writes the lost group again, and nobody waits for it', async () => {
    const { engine, disk } = await lost();
    await expect(engine.settled()).rejects.toMatchObject({ code: 'stopped' });
    await turns();
    expect(disk.groups).toHaveLength(1);
  });
});

test('a snapshot that was left behind by another log is not trusted', async () => {
  const first = await start();
  await first.open('ann');
  await first.engine.stop();
  const other = await start();
  await other.open('bob');
  await other.open('cid');
  await other.engine.stop();
  const again = await start({ disk: other.disk, snapshots: first.snapshots });
  expect((await again.open('bob')).outcome).toBe('duplicate');
  expect((await again.open('ann')).outcome).toBe('accepted');
});

test('deadlines of many tenants share the room of one group', async () => {
  const { clock, disk, create, open } = await start();
  await create('other');
  for (const tenant of ['main', 'other'])
    await Promise.all(Array.from({ length: 400 }, (_, i) => open(`owner ${String(i)}`, 60_000, tenant)));
  const before = disk.groups.length;
  clock.advance(61_000);
  await turns(60);
  const fired = disk.groups.slice(before).map(({ count }) => count);
  expect(fired).toEqual([512, 288]);
});
