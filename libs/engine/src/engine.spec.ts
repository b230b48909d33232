// One engine from in-memory parts: groups, acknowledgement, back-pressure by failure, deadlines on a virtual clock,
// views behind the log, restart.
import { describe, expect, test } from '@jest/globals';
import { BANK_START as START, bankEngine, turns } from '@orderloom/testing';
import { commandRequest, type CommandRequest } from './command.ts';
import type { Mechanisms } from './mechanisms.ts';
import { logFenced, logUnavailable } from './errors.ts';
import { memorySnapshotStore } from './memory/memory-snapshot-store.ts';

const depositCommand = (key: string, id: string): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'account', key },
    type: 'Deposit',
    data: { amount: 1, from: null },
    commandId: id,
  });

describe('the group loop', () => {
  test('decides all that arrive in one turn as one group', async () => {
    const { engine, open, disk } = await bankEngine();
    const key = await open('ann');
    const before = disk.groups.length;
    await Promise.all(
      Array.from({ length: 64 }, (_, i) => engine.send(depositCommand(key, `d${String(i)}`))),
    );
    expect(disk.groups.length - before).toBe(1);
    expect(engine.figures().commands.accepted).toBe(66);
  });

  test('answers one of two hundred equal retries with accepted and the others with its answer', async () => {
    const { engine, open, stateOf } = await bankEngine();
    const key = await open('ann');
    const results = await Promise.all(
      Array.from({ length: 200 }, () => engine.send(depositCommand(key, 'once'))),
    );
    expect(results.filter((r) => r.outcome === 'accepted')).toHaveLength(1);
    expect(new Set(results.map((r) => r.version))).toEqual(new Set([2]));
    expect((await stateOf(key))?.balance).toBe(1);
  });

  test('answers unavailable, applies nothing and goes on after an append that wrote nothing', async () => {
    let full = false;
    const { engine, open, stateOf } = await bankEngine({
      beforeAppend: () => {
        if (full) throw logUnavailable('the disk is full');
      },
    });
    const key = await open('ann');
    full = true;
    expect(await engine.send(depositCommand(key, 'd1'))).toMatchObject({
      outcome: 'unavailable',
      rejection: { code: 'log-unavailable' },
    });
    expect((await stateOf(key))?.balance).toBe(0);
    full = false;
    expect(await engine.send(depositCommand(key, 'd1'))).toMatchObject({ outcome: 'accepted', version: 2 });
  });

  test('acknowledges what was never written with the acknowledgement before the commit (null control)', async () => {
    let full = false;
    const { engine, open } = await bankEngine({
      mechanisms: { acknowledgeAfterCommit: false },
      beforeAppend: () => {
        if (full) throw logUnavailable('the disk is full');
      },
    });
    const key = await open('ann');
    full = true;
    expect((await engine.send(depositCommand(key, 'd1'))).outcome).toBe('accepted');
  });

  test('leaves the outcome unknown and stops where it cannot know what the log kept', async () => {
    let fenced = false;
    const { engine, open } = await bankEngine({
      beforeAppend: () => {
        if (fenced) throw logFenced('another owner has the log');
      },
    });
    const key = await open('ann');
    fenced = true;
    await expect(engine.send(depositCommand(key, 'd1'))).rejects.toMatchObject({ code: 'log-fenced' });
    await expect(engine.send(depositCommand(key, 'd2'))).rejects.toMatchObject({ code: 'stopped' });
  });

  test('takes nothing after it has stopped', async () => {
    const { engine, open } = await bankEngine();
    const key = await open('ann');
    await engine.stop();
    await expect(engine.send(depositCommand(key, 'd1'))).rejects.toThrow('stopped');
  });
});

describe('a deadline', () => {
  test('fires once when it is due, and never before', async () => {
    const { engine, clock, open, stateOf } = await bankEngine();
    const key = await open('ann', 60_000);
    clock.advance(59_999);
    await turns(30);
    expect((await stateOf(key))?.status).toBe('open');
    clock.advance(251);
    await turns(30);
    expect((await stateOf(key))?.status).toBe('closed');
    expect(engine.figures()).toMatchObject({ deadlinesFired: 1 });
  });

  test('does not fire early where the wall clock was set back after others had fired', async () => {
    const { clock, open, stateOf } = await bankEngine();
    await open('ann', 60_000);
    clock.advance(61_000);
    await turns(30);
    clock.set(START - 3_600_000);
    const key = await open('bob', 60_000);
    clock.advance(59_000);
    await turns(30);
    expect((await stateOf(key))?.status).toBe('open');
    clock.advance(1_500);
    await turns(30);
    expect((await stateOf(key))?.status).toBe('closed');
  });

  test('that cannot be written is tried again after a pause, not at once', async () => {
    let refused = 0;
    let full = false;
    const { engine, clock, open, stateOf } = await bankEngine({
      beforeAppend: () => {
        if (!full) return;
        refused++;
        throw logUnavailable('the disk is full');
      },
    });
    const key = await open('ann', 60_000);
    full = true;
    clock.advance(61_000);
    await turns(300);
    expect(refused).toBe(1);
    full = false;
    for (let i = 0; i < 5; i++) {
      clock.advance(250);
      await turns(30);
    }
    expect((await stateOf(key))?.status).toBe('closed');
    expect(engine.figures().deadlinesFired).toBe(1);
  });

  const raceWithArrivingInput = async (mechanisms: Partial<Mechanisms>) => {
    const { engine, clock, open, send, stateOf } = await bankEngine({ mechanisms });
    const key = await open('ann', 60_000);
    const sent = engine.inputArriving();
    clock.advance(61_000);
    await turns(30);
    // The command arrived before the deadline was looked at: its request was only still being read.
    const closing = send('account', key, 'Deposit', { amount: 1, from: null }, 'late');
    sent();
    await turns(30);
    return { outcome: (await closing).outcome, state: await stateOf(key) };
  };

  test('is decided after everything that had arrived before it', async () => {
    const { outcome, state } = await raceWithArrivingInput({});
    expect(outcome).toBe('accepted');
    expect(state).toMatchObject({ balance: 1, status: 'closed' });
  });

  test('overtakes a waiting command where deadlines go first (null control)', async () => {
    const { outcome } = await raceWithArrivingInput({ deadlinesAfterInput: false });
    expect(outcome).toBe('refused');
  });

  test('that was due while the process was down fires after the restart', async () => {
    const first = await bankEngine();
    const key = await first.open('ann', 60_000);
    await first.engine.stop();
    const again = await bankEngine({ disk: first.disk });
    again.clock.advance(70_000);
    await turns(40);
    expect((await again.stateOf(key))?.status).toBe('closed');
  });
});

describe('views', () => {
  test('show every accepted event once settled, with lists, history and the wait for a position', async () => {
    const { engine, open, send } = await bankEngine();
    const key = await open('ann');
    const { position } = await send('account', key, 'Deposit', { amount: 5, from: null }, 'd1');
    if (position === null) throw new Error('no position');
    expect(await engine.waitFor(position, 1000)).toBe(true);
    expect(await engine.get('balance', 'main', key)).toMatchObject({ version: 2, document: { balance: 5 } });
    expect((await engine.list('balance', 'main', 'owner:ann', null, 10)).documents).toHaveLength(1);
    const history = await engine.history({ tenant: 'main', type: 'account', key }, 0, 10);
    expect(history.map((event) => event.type)).toEqual(['AccountOpened', 'Deposited']);
    expect(engine.asOf()).toMatchObject({ index: 3, head: 3, lagMs: 0 });
  });

  test('of another tenant are empty', async () => {
    const { engine, open } = await bankEngine();
    const key = await open('ann');
    await engine.settled();
    expect(await engine.get('balance', 'other', key)).toBeUndefined();
  });

  test('do not wait for a position that was never given out', async () => {
    const { engine } = await bankEngine();
    expect(await engine.waitFor({ slot: 3, sequence: 99 }, 10)).toBe(false);
  });
});

describe('a restart', () => {
  test('from a snapshot knows streams, answers and deadlines', async () => {
    const snapshots = memorySnapshotStore();
    const first = await bankEngine({ snapshots });
    const key = await first.open('ann', 60_000);
    await first.engine.stop();
    expect(snapshots.load()?.index).toBe(2);
    const again = await bankEngine({ disk: first.disk, snapshots });
    expect(await again.open('ann', 60_000)).toBe(key);
    expect(again.engine.figures().commands.duplicate).toBe(1);
    expect(again.engine.deadlines(5)).toMatchObject([{ name: 'close', due: START + 60_000 }]);
  });
});
