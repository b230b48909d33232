// An engine that keeps a few states only: it decides, answers and remembers as one that keeps all of them.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bankEngine, turns, type MemoryEngineParts } from '@orderloom/testing';
import { memoryDisk } from './memory/memory-event-log.ts';
import { memorySnapshotStore } from './memory/memory-snapshot-store.ts';
import type { ViewReader } from './ports/view-store.ts';

const deposit = { amount: 5, from: null };
const OWNERS = ['ann', 'bob', 'cat', 'dan', 'eve', 'fay'];

/** A bank that keeps no state which it need not keep, with an account for everybody: all but the last stand aside. */
const smallBank = async (parts: MemoryEngineParts = {}) => {
  const small = await bankEngine({ statesInMemory: 1, ...parts });
  const keys: string[] = [];
  for (const owner of OWNERS) keys.push(await small.open(owner));
  for (const at of [1, 2, 3]) await small.send('account', keys.at(-1)!, 'Deposit', deposit, `busy ${at}`);
  return { ...small, keys };
};

/** A stream store that answers when it is told to. */
const slowReader = () => {
  const waiting: (() => void)[] = [];
  let slow = false;
  return {
    reader: (reader: ViewReader): ViewReader => ({
      ...reader,
      readStream: async (...asked) => {
        if (slow) await new Promise<void>((resolve) => waiting.push(resolve));
        return reader.readStream(...asked);
      },
    }),
    stall: () => {
      slow = true;
    },
    answer: () => {
      slow = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
};

describe('a stream that has been set aside', () => {
  test('is decided on as if it had stayed', async () => {
    const { engine, keys, send, stateOf } = await smallBank();
    expect(engine.figures().streamsSetAside).toBeGreaterThan(2);
    expect(await send('account', keys[0]!, 'Deposit', deposit, 'd')).toMatchObject({ version: 2 });
    expect(await stateOf(keys[0]!)).toMatchObject({ owner: 'ann', balance: 5 });
  });

  test('is reached by a process manager, and everything of the command is one group', async () => {
    const { keys, send, stateOf, disk } = await smallBank();
    await send('account', keys[0]!, 'Deposit', deposit, 'd');
    const before = disk.groups.length;
    const sent = await send('account', keys[0]!, 'Transfer', { amount: 3, to: keys[1]! }, 't');
    expect(sent).toMatchObject({ outcome: 'accepted', version: 3 });
    expect((await stateOf(keys[1]!))?.balance).toBe(3);
    expect(disk.groups.slice(before).map(({ count }) => count)).toEqual([2]);
  });

  test('knows a retry by its first answer', async () => {
    const { open, keys, engine } = await smallBank();
    expect(await open('ann')).toBe(keys[0]);
    expect(engine.figures().commands.duplicate).toBe(1);
  });

  test('is explained, and known to exist', async () => {
    const { engine, keys } = await smallBank();
    const ref = { tenant: 'main', type: 'account', key: keys[0]! };
    expect(engine.versionOf(ref)).toBe(1);
    expect((await engine.explain(ref))?.explanation.status).toEqual({ status: 'open' });
  });

  test('takes its commands in the order in which they came', async () => {
    const { keys, send } = await smallBank();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((at) => send('account', keys[0]!, 'Deposit', deposit, `d${at}`)),
    );
    expect(answers.map(({ version }) => version)).toEqual([2, 3, 4, 5]);
  });

  test('never is one whose deadline is pending', async () => {
    const { engine, clock, open, send } = await bankEngine({ statesInMemory: 1 });
    const keys = [];
    for (const owner of OWNERS) keys.push(await open(owner, 60_000));
    for (const at of [1, 2, 3]) await send('account', keys[5]!, 'Deposit', deposit, `busy ${at}`);
    clock.advance(61_000);
    await turns(60);
    expect(engine.figures()).toMatchObject({ deadlinesFired: 6 });
  });
});

describe('a command that stands aside while its stream is read', () => {
  const race = async (deadlinesAfterInput: boolean) => {
    const store = slowReader();
    const { engine, clock, open, keys, send, stateOf } = await smallBank({
      reader: store.reader,
      mechanisms: { deadlinesAfterInput },
    });
    await send('account', keys[0]!, 'Deposit', deposit, 'd');
    for (const at of [1, 2, 3, 4]) await send('account', keys[at]!, 'Deposit', deposit, `e${at}`);
    const closing = await open('gus', 60_000);
    store.stall();
    const transfer = send('account', keys[0]!, 'Transfer', { amount: 5, to: closing }, 't');
    clock.advance(61_000);
    await turns(60);
    const fired = engine.figures().deadlinesFired;
    store.answer();
    await transfer;
    clock.advance(250);
    await turns(60);
    return { fired, closed: await stateOf(closing) };
  };

  test('is not overtaken by a deadline that was due after it came', async () => {
    expect(await race(true)).toMatchObject({ fired: 0, closed: { balance: 5, status: 'closed' } });
  });

  test('is overtaken where deadlines go first (null control)', async () => {
    expect(await race(false)).toMatchObject({ fired: 1, closed: { balance: 0, status: 'closed' } });
  });

  test('holds nobody else up', async () => {
    const store = slowReader();
    const { keys, send } = await smallBank({ reader: store.reader });
    store.stall();
    const waiting = send('account', keys[0]!, 'Deposit', deposit, 'd');
    expect(await send('account', keys[5]!, 'Deposit', deposit, 'other')).toMatchObject({ version: 5 });
    store.answer();
    expect(await waiting).toMatchObject({ outcome: 'accepted', version: 2 });
  });
});

describe('a stream store that cannot be believed', () => {
  const answering = (frames: readonly Uint8Array[]) => (reader: ViewReader) => ({
    ...reader,
    readStream: async () => frames,
  });

  test.each<[string, NonNullable<MemoryEngineParts['reader']>]>([
    ['has nothing of the stream', answering([])],
    [
      'has the history of another stream',
      (reader) => ({
        ...reader,
        readStream: (_, after, limit) => reader.readStream('main/world/main', after, limit),
      }),
    ],
    [
      'cannot be asked',
      (reader) => ({ ...reader, readStream: () => Promise.reject(new Error('the file is gone')) }),
    ],
  ])('which %s: the command is answered 503, and nothing is applied', async (_, reader) => {
    const { engine, keys, send, disk } = await smallBank({ reader });
    const before = disk.groups.length;
    const answer = await send('account', keys[0]!, 'Deposit', deposit, 'd');
    expect(answer).toMatchObject({ outcome: 'unavailable', rejection: { code: 'history-unavailable' } });
    expect(disk.groups).toHaveLength(before);
    expect(engine.versionOf({ tenant: 'main', type: 'account', key: keys[0]! })).toBe(1);
  });
});

describe('a restart', () => {
  test('from a snapshot leaves aside what stood aside', async () => {
    const parts = { disk: memoryDisk(), snapshots: memorySnapshotStore(), statesInMemory: 1 };
    const first = await smallBank(parts);
    await first.engine.stop();
    const again = await bankEngine(parts);
    expect(again.engine.figures().streamsSetAside).toBeGreaterThan(2);
    const key = first.keys[0]!;
    expect(await again.send('account', key, 'Deposit', deposit, 'd')).toMatchObject({ version: 2 });
  });
});

type Act = readonly [kind: 'deposit' | 'transfer' | 'again', from: number, to: number];

test('any commands have the same answers and the same events, whatever is kept in memory, and how', async () => {
  const run = async (
    limits: Pick<MemoryEngineParts, 'statesInMemory' | 'statesAsObjects'>,
    acts: readonly Act[],
  ) => {
    const { open, send, disk, engine } = await bankEngine(limits);
    const keys: string[] = [];
    for (const owner of OWNERS) keys.push(await open(owner));
    const answers = [];
    for (const [at, [kind, from, to]] of acts.entries()) {
      const id = kind === 'again' ? `c${String(at - 1)}` : `c${String(at)}`;
      const sent =
        kind === 'transfer'
          ? send('account', keys[from]!, 'Transfer', { amount: 2, to: keys[to]! }, id)
          : send('account', keys[from]!, 'Deposit', deposit, id);
      const { outcome, version, rejection } = await sent;
      answers.push([outcome, version, rejection?.code]);
    }
    const frames = disk.groups.map((group) => Buffer.from(group.frames).toString('latin1'));
    return { answers, frames, aside: engine.figures().streamsSetAside };
  };
  const account = fc.nat({ max: OWNERS.length - 1 });
  const act: fc.Arbitrary<Act> = fc.tuple(fc.constantFrom('deposit', 'transfer', 'again'), account, account);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 40 }), async (acts) => {
      const all = await run({}, acts);
      const few = await run({ statesInMemory: 1 }, acts);
      const packed = await run({ statesAsObjects: 0 }, acts);
      for (const { answers, frames } of [few, packed])
        expect({ answers, frames }).toEqual({ answers: all.answers, frames: all.frames });
      expect([few.aside > 0, packed.aside, all.aside]).toEqual([true, 0, 0]);
    }),
    { numRuns: 25 },
  );
}, 60_000);
