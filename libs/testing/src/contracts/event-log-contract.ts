import { afterEach, describe, expect } from '@jest/globals';
import type { DeadLetter, EventLog, Group, ParkedReaction, StoredGroup } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

/** One log that can be closed and opened again with what it holds. */
export type EventLogPlace = {
  readonly open: () => EventLog | Promise<EventLog>;
  /** Ends with every log closed. */
  readonly dispose: () => void | Promise<void>;
};

export type EventLogContract = {
  readonly name: string;
  readonly create: () => EventLogPlace | Promise<EventLogPlace>;
  readonly skip?: readonly Skip[];
};

const framesOf = (first: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count * 8 }, (_, at) => (first * 31 + at) % 251);

/** A group with bytes that tell where it belongs. */
export const aGroup = (first: number, count: number, more: Partial<Group> = {}): Group => ({
  first,
  count,
  frames: framesOf(first, count),
  outbound: [],
  deadLetters: [],
  parked: [],
  ...more,
});

const letter = (commandId: string): DeadLetter => ({
  commandId,
  stream: { tenant: 'main', type: 'order', key: 'o-1' },
  commandType: 'PlaceOrder',
  code: 'malformed',
  reason: 'lines is missing',
  recordedAt: 1_700_000_000_000,
  data: '{"total":1}',
});

const parked = (handler: string): ParkedReaction => ({
  handler,
  stream: { tenant: 'main', type: 'stock', key: 'SKU-1@WH1' },
  version: 7,
  reason: 'no such order',
  recordedAt: 1_700_000_000_001,
});

const all = async (groups: ReturnType<EventLog['read']>): Promise<StoredGroup[]> => {
  const read: StoredGroup[] = [];
  for await (const { first, count, frames } of groups)
    read.push({ first, count, frames: Uint8Array.from(frames) });
  return read;
};

const stored = ({ first, count, frames }: Group): StoredGroup => ({ first, count, frames });

/** What every event log promises, whatever it is kept in. */
export const eventLogContract = ({ name, create, skip = [] }: EventLogContract): void => {
  const places: EventLogPlace[] = [];
  const place = async (): Promise<EventLogPlace> => {
    const made = await create();
    places.push(made);
    return made;
  };
  const open = async (): Promise<EventLog> => (await place()).open();

  describe(`${name} keeps the event log's contract`, () => {
    afterEach(async () => {
      for (const made of places.splice(0)) await made.dispose();
    });

    contractCases('reading and appending', skip, {
      'is empty at first': async () => {
        const log = await open();
        expect(log.head()).toBe(0);
        expect(await all(log.read(0))).toEqual([]);
      },
      'gives groups back in order, byte for byte': async () => {
        const log = await open();
        const groups = [aGroup(1, 3), aGroup(4, 1), aGroup(5, 2)];
        for (const group of groups) await log.append(group);
        expect(log.head()).toBe(6);
        expect(await all(log.read(0))).toEqual(groups.map(stored));
      },
      'begins with the group that holds the next event': async () => {
        const log = await open();
        for (const group of [aGroup(1, 3), aGroup(4, 1), aGroup(5, 2)]) await log.append(group);
        const firsts = async (after: number) => (await all(log.read(after))).map(({ first }) => first);
        expect(await firsts(2)).toEqual([1, 4, 5]);
        expect(await firsts(3)).toEqual([4, 5]);
        expect(await firsts(5)).toEqual([5]);
        expect(await firsts(6)).toEqual([]);
        expect(await firsts(60)).toEqual([]);
      },
      'keeps its own copy of the frames': async () => {
        const log = await open();
        const group = aGroup(1, 1);
        await log.append(group);
        group.frames.fill(0);
        expect((await all(log.read(0)))[0]?.frames).toEqual(framesOf(1, 1));
      },
      'refuses a group that leaves a gap, and keeps nothing of it': async () => {
        const log = await open();
        await log.append(aGroup(1, 2));
        await expect(async () => log.append(aGroup(4, 1))).rejects.toThrow();
        await expect(async () => log.append(aGroup(2, 1))).rejects.toThrow();
        expect(await all(log.read(0))).toHaveLength(1);
        await log.append(aGroup(3, 1));
        expect(log.head()).toBe(3);
      },
      'shows a reader what was appended while it read': async () => {
        const log = await open();
        await log.append(aGroup(1, 1));
        const seen: number[] = [];
        for await (const { first } of log.read(0)) {
          seen.push(first);
          if (first < 3) await log.append(aGroup(first + 1, 1));
        }
        expect(seen).toEqual([1, 2, 3]);
      },
      'goes on where it stopped when it is opened again': async () => {
        const { open: openAgain } = await place();
        const first = await openAgain();
        await first.append(aGroup(1, 2));
        await first.close();
        const second = await openAgain();
        expect(second.head()).toBe(2);
        await second.append(aGroup(3, 1));
        expect((await all(second.read(0))).map(({ count }) => count)).toEqual([2, 1]);
      },
    });

    contractCases('what could not be handled', skip, {
      'keeps dead letters and parked reactions, without events too': async () => {
        const { open: openAgain } = await place();
        const log = await openAgain();
        await log.append(aGroup(1, 1, { deadLetters: [letter('a')] }));
        await log.append(aGroup(2, 0, { deadLetters: [letter('b')], parked: [parked('reserve')] }));
        await log.close();
        const again = await openAgain();
        expect(again.head()).toBe(1);
        expect(again.deadLetters(10)).toEqual([letter('b'), letter('a')]);
        expect(again.deadLetters(1)).toEqual([letter('b')]);
        expect(again.parked()).toEqual([parked('reserve')]);
      },
      'takes a group with nothing in it': async () => {
        const log = await open();
        await log.append(aGroup(1, 0));
        expect(log.head()).toBe(0);
      },
    });
  });
};
