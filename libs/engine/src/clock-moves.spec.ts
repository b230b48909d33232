// A simulated clock that is moved past many deadlines: in bounded groups, answered when it is over, resumed after a crash.
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { BANK_START as START, bankEngine, turns } from '@orderloom/testing';
import { commandRequest, type CommandResult } from './command.ts';
import { logUnavailable } from './errors.ts';
import { eventsIn } from './frames.ts';
import { jsonCodec } from './memory/json-codec.ts';
import { memoryDisk, type MemoryDisk } from './memory/memory-event-log.ts';

const MANY = 1_200;
/** Deadlines of one group at most, and the command that began. */
const LARGEST = 513;
const YEAR = 365 * 24 * 3_600_000;

type Bank = Awaited<ReturnType<typeof bankEngine>>;

const setTime = ({ send }: Pick<Bank, 'send'>, now: number, id: string): Promise<CommandResult> =>
  send('world', 'main', 'SetTime', { clock: { mode: 'simulated', now, deadlines: 'awake' } }, id);

/** A bank in simulated time with accounts that close after 1, 2, 3 … ms. */
const simulatedBank = async (accounts: number, parts: Parameters<typeof bankEngine>[0] = {}) => {
  const bank = await bankEngine(parts);
  await setTime(bank, START, 'simulate');
  await Promise.all(Array.from({ length: accounts }, (_, at) => bank.open(`owner-${String(at)}`, at + 1)));
  return bank;
};

const recorded = ({ groups }: MemoryDisk): readonly RecordedEvent[] =>
  eventsIn(
    jsonCodec(),
    groups.map(({ frames }) => frames),
  );
const closings = (disk: MemoryDisk): readonly RecordedEvent[] =>
  recorded(disk).filter(({ type }) => type === 'AccountClosed');

/** What a process leaves that is killed when it has appended so many groups. */
const cutAt = (disk: MemoryDisk, groups: number): MemoryDisk => ({
  ...memoryDisk(),
  groups: disk.groups.slice(0, groups),
  schemas: disk.schemas,
});

describe('a simulated clock moved past many deadlines', () => {
  test('fires them in groups of a bounded size, in order, and is answered behind the last', async () => {
    const bank = await simulatedBank(MANY);
    const { disk } = bank;
    const before = disk.groups.length;
    const result = await setTime(bank, START + YEAR, 'advance');
    expect(result).toMatchObject({ outcome: 'accepted', version: 3 });
    expect(closings(disk).map(({ recordedAt }) => recordedAt - START)).toEqual(
      Array.from({ length: MANY }, (_, at) => at + 1),
    );
    const groups = disk.groups.slice(before);
    expect(groups.length).toBeGreaterThan(2);
    expect(Math.max(...groups.map(({ count }) => count))).toBeLessThanOrEqual(LARGEST);
    const { slot = 0 } = result.position ?? {};
    const last = recorded(disk).findLast((event) => event.slot === slot);
    expect(result.position).toEqual({ slot, sequence: last?.sequence });
  });

  test('lets no command of its tenant in between, and those of others', async () => {
    const bank = await simulatedBank(MANY);
    const { engine, disk } = bank;
    const elsewhere = (type: string, id: string) =>
      engine.send(
        commandRequest({
          ...{ stream: { tenant: 'other', type: 'world', key: 'other' }, type, commandId: id, data: {} },
        }),
      );
    const moving = setTime(bank, START + YEAR, 'advance');
    const own = bank.send('account', '', 'OpenAccount', { owner: 'late', closeAfter: null }, 'late');
    await turns(1);
    const other = elsewhere('CreateWorld', 'other');
    expect((await Promise.all([moving, own, other])).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('accepted'),
    );
    const order = recorded(disk);
    const placeOf = (commandId: string) => order.findIndex((event) => event.commandId === commandId);
    const lastClosing = order.findLastIndex(({ type }) => type === 'AccountClosed');
    expect(placeOf('late')).toBeGreaterThan(lastClosing);
    expect(placeOf('other')).toBeLessThan(lastClosing);
  });

  test('is over before an orderly stop, where somebody waits for it', async () => {
    const bank = await simulatedBank(MANY);
    const moving = setTime(bank, START + YEAR, 'advance');
    await bank.engine.stop();
    expect(await moving).toMatchObject({ outcome: 'accepted' });
    expect(closings(bank.disk)).toHaveLength(MANY);
  });

  test('goes on when the log takes writes again; who waited is told, and the same key asks again', async () => {
    let appends = Infinity;
    const bank = await simulatedBank(MANY, {
      beforeAppend: () => {
        if (--appends < 0) throw logUnavailable('the disk is full');
      },
    });
    appends = 2;
    const [moving, own] = await Promise.all([
      setTime(bank, START + YEAR, 'advance'),
      bank.send('account', '', 'OpenAccount', { owner: 'late', closeAfter: null }, 'late'),
    ]);
    expect([moving.outcome, own.outcome]).toEqual(['unavailable', 'unavailable']);
    expect(moving.rejection?.reason).toContain('a part of the way');
    expect(own.rejection?.reason).not.toContain('a part of the way');
    expect(closings(bank.disk).length).toBeLessThan(MANY);
    appends = Infinity;
    const again = setTime(bank, START + YEAR, 'advance');
    for (let nap = 0; nap < 4; nap++) {
      bank.clock.advance(250);
      await turns(8);
    }
    expect(await again).toMatchObject({ outcome: 'duplicate', version: 3 });
    expect(closings(bank.disk).map(({ recordedAt }) => recordedAt - START)).toEqual(
      Array.from({ length: MANY }, (_, at) => at + 1),
    );
  });

  test('is finished by the next start, wherever a crash cut it: the log is the one of an unbroken run', async () => {
    const bank = await simulatedBank(MANY);
    const before = bank.disk.groups.length;
    await setTime(bank, START + YEAR, 'advance');
    const unbroken = recorded(bank.disk);
    const cuts = fc.array(fc.integer({ min: before + 1, max: bank.disk.groups.length }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, async (lives) => {
        let { disk } = bank;
        for (const groups of lives) {
          disk = cutAt(disk, groups);
          const resumed = await bankEngine({ disk });
          // The tenant's first command finds it done.
          const again = await setTime(resumed, START + YEAR, 'advance');
          expect(again).toMatchObject({ outcome: 'duplicate', version: 3 });
          await resumed.engine.stop();
        }
        expect(recorded(disk)).toEqual(unbroken);
      }),
      { numRuns: 5 },
    );
  });

  test('left to the next start by a stop that comes first, is finished then', async () => {
    const bank = await simulatedBank(MANY);
    const before = bank.disk.groups.length;
    await setTime(bank, START + YEAR, 'advance');
    const disk = cutAt(bank.disk, before + 1);
    const stopped = await bankEngine({ disk });
    await stopped.engine.stop();
    const resumed = await bankEngine({ disk });
    await resumed.engine.settled();
    expect(recorded(disk)).toEqual(recorded(bank.disk));
  });
});
