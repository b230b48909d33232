// Slots on their way between the partitions of three generations, over logs in memory: one of generation 1, two of
// generation 2, one of generation 3. What was decided, remembered and scheduled goes with its slot, there and back.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { bank, turns, type Account } from '@orderloom/testing';
import fc from 'fast-check';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import { eventsIn } from '../frames.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import type { InputRecord, LaneOffsets, OwnedPartition, PartitionStep } from '../ports/partition-port.ts';
import { isMove, type LogEntry } from '../ports/slot-moves.ts';
import { Processor } from '../processor/processor.ts';
import { GlobalEvents } from './global-events.ts';
import { OpenSlots } from './open-slots.ts';
import { PartitionOwner } from './partition-owner.ts';

const OLD = 0;
/** Generation 2: even slots, then odd ones. */
const NEW = [1, 2] as const;
const newHome = (slot: number): number => NEW[slot % 2 === 0 ? 0 : 1];
/** Generation 3. */
const NEWEST = 3;
const ALL = [OLD, ...NEW, NEWEST];
const generationOf = (index: number): number => (index === OLD ? 1 : index === NEWEST ? 3 : 2);
const homeIn = (generation: number, slot: number): number =>
  generation === 1 ? OLD : generation === 2 ? newHome(slot) : NEWEST;

type Kept = { readonly log: LogEntry[]; readonly internal: InputRecord[]; committed: LaneOffsets };

const openWorld = () => {
  const clock = { at: 1_000 };
  const kept = new Map<number, Kept>(
    ALL.map((index) => [index, { log: [], internal: [], committed: { internal: 0, commands: 0, bulk: 0 } }]),
  );
  const at = (index: number): Kept => kept.get(index) as Kept;
  const world = { wanted: 1 };
  const answers: CommandResult[] = [];
  const problems: unknown[] = [];
  const globals = new GlobalEvents();
  const owners = new Map<number, PartitionOwner>();
  const codec = jsonCodec();

  const announce = (to: number, record: Omit<InputRecord, 'offset'>): void => {
    const { internal } = at(to);
    const sent = { ...record, offset: internal.length };
    internal.push(sent);
    owners.get(to)?.offer('internal', [sent]);
  };
  const keep = (index: number, step: PartitionStep, whereIs: (slot: number) => number): void => {
    const mine = at(index);
    if (step.count > 0) {
      const group = { first: step.first, count: step.count, frames: Uint8Array.from(step.frames) };
      mine.log.push(group);
      globals.add(eventsIn(codec, [group.frames]).filter(({ stream }) => stream.type === 'world'));
    }
    mine.log.push(...step.moves);
    mine.committed = { ...mine.committed, ...step.offsets };
    answers.push(...step.replies.map(({ result }) => result));
    for (const { slot, request, replyTo } of step.outbound)
      announce(whereIs(slot), { input: request, replyTo: replyTo ?? null });
    for (const move of step.moves)
      if (move.kind === 'closed') {
        const { slot, lastSequence, lastIn, lastIndex, to } = move;
        const opened = { slot, afterSequence: lastSequence, from: lastIn, fromIndex: lastIndex };
        announce(to, { input: { kind: 'opened', ...opened }, replyTo: null });
      }
  };
  const readLog = (index: number, after: number): LogEntry[] =>
    at(index).log.filter((entry) => isMove(entry) || entry.first + entry.count - 1 > after);

  const start = (index: number): PartitionOwner => {
    const generation = generationOf(index);
    const home = (slot: number): number => homeIn(generation, slot);
    const slots = new OpenSlots({
      belongs: (slot) => home(slot) === index,
      before: generation === 1 ? undefined : (slot) => homeIn(generation - 1, slot),
    });
    const acquire = async (): Promise<OwnedPartition> => ({
      log: { read: (after) => readLog(index, after), parked: () => [] },
      offsets: at(index).committed,
      decidedUpTo: () => ({ internal: 0, commands: 0, bulk: 0 }),
      append: async (step) => {
        keep(index, step, (slot) => slots.whereIs(slot) ?? home(slot));
      },
      release: async () => undefined,
    });
    const owner = new PartitionOwner({
      ...{ index, globals, acquire },
      fresh: () =>
        new Processor({ registry: bank(), codec: jsonCodec(), owns: (slot) => slots.isOpen(slot) }),
      moving: {
        slots,
        foreign: (from) => ({ read: (after) => readLog(from, after), parked: async () => [] }),
        wantedAt: () => (world.wanted === generation ? undefined : (slot) => homeIn(world.wanted, slot)),
      },
      stillOurs: async () => undefined,
      clock: { now: () => clock.at, after: (_, fn) => (setImmediate(fn), () => undefined) },
      onProblem: (error) => problems.push(error),
    });
    owners.set(index, owner);
    owner.assign(true);
    owner.offer('internal', at(index).internal);
    return owner;
  };
  for (const index of ALL) start(index);

  const settle = async (): Promise<void> => {
    for (let i = 0; i < 1_500; i++) await turns(1);
  };
  let offset = 0;
  return {
    problems,
    settle,
    clock,
    switchTo: async (wanted: number) => {
      world.wanted = wanted;
      for (const owner of owners.values()) owner.wake();
      await settle();
    },
    /** What became of a command that was sent to a partition, right or wrong. */
    send: async (index: number, input: CommandRequest) => {
      owners.get(index)?.offer('commands', [{ offset: offset++, input, replyTo: 'here' }]);
      await settle();
      return answers.at(-1);
    },
    /** The owner dies; another one has the log alone. */
    replace: async (index: number) => {
      await owners.get(index)?.stop();
      start(index);
      await settle();
    },
    ripen: async () => {
      const far = { internal: 0, commands: 0, bulk: 0 };
      for (const owner of owners.values()) owner.ripenAt(clock.at, far);
      await settle();
    },
    open: (index: number): number =>
      at(index).log.reduce(
        (sum, entry) => (isMove(entry) ? sum + (entry.kind === 'opened' ? 1 : -1) : sum),
        index === OLD ? 1_024 : 0,
      ),
    /** Every event of a slot's, in its order, and the partition that it stands in. */
    history: (slot: number): (RecordedEvent & { readonly in: number })[] =>
      ALL.flatMap((index) =>
        at(index).log.flatMap((entry) =>
          isMove(entry) ? [] : eventsIn(codec, [entry.frames]).map((event) => ({ ...event, in: index })),
        ),
      )
        .filter((event) => event.slot === slot)
        .sort((a, b) => a.sequence - b.sequence),
    account: (index: number, key: string): Account | undefined => {
      const { partition } = owners.get(index)?.processor ?? {};
      const entry = partition?.streams.find({ tenant: 'main', type: 'account', key });
      return entry !== undefined && partition?.owns(entry.slot) ? (entry.state as Account) : undefined;
    },
    stop: () => Promise.all([...owners.values()].map((owner) => owner.stop())),
  };
};

type Said = { readonly type: string; readonly data: object; readonly id: string };
const command = (type: string, key: string, said: Said): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type, key },
    ...{ type: said.type, data: said.data, commandId: said.id },
  });
const createWorld = command('world', 'main', { type: 'CreateWorld', data: {}, id: 'w' });
const openAccount = (owner: string, closeAfter: number | null = null) =>
  command('account', '', { type: 'OpenAccount', data: { owner, closeAfter }, id: `open-${owner}` });
const deposit = (key: string, amount: number, id: string) =>
  command('account', key, { type: 'Deposit', data: { amount, from: null }, id });

describe('a slot that goes to another generation', () => {
  const opened: ReturnType<typeof openWorld>[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.stop();
  });
  /** A world with Ann's account in it, in the first generation. */
  const annsWorld = async (closeAfter: number | null = null) => {
    const world = openWorld();
    opened.push(world);
    await world.send(OLD, createWorld);
    const placed = await world.send(OLD, openAccount('ann', closeAfter));
    const [key, slot] = [placed?.stream.key ?? '', placed?.position?.slot ?? 0];
    await world.send(OLD, deposit(key, 5, 'd-1'));
    return { ...world, key, slot, home: newHome(slot) };
  };

  test('is decided there with all that was decided before, and nowhere else', async () => {
    const { send, switchTo, account, history, open, key, slot, home, problems } = await annsWorld();
    await switchTo(2);
    expect([open(OLD), open(NEW[0]) + open(NEW[1])]).toEqual([0, 1_024]);
    expect(await send(home, deposit(key, 3, 'd-2'))).toMatchObject({ outcome: 'accepted' });
    expect([account(OLD, key), account(home, key)?.balance]).toEqual([undefined, 8]);
    const events = history(slot).filter(({ stream }) => stream.key === key);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, at) => at + 1));
    expect(problems).toEqual([]);
  });

  test('remembers there what was answered before', async () => {
    const { send, switchTo, key, home } = await annsWorld();
    await switchTo(2);
    expect(await send(home, deposit(key, 5, 'd-1'))).toMatchObject({ outcome: 'duplicate' });
  });

  test('gets what is still sent to where it was, and what came too early to where it goes', async () => {
    const { send, switchTo, account, key, home } = await annsWorld();
    expect(await send(home, deposit(key, 1, 'early'))).toMatchObject({ outcome: 'accepted' });
    expect(account(OLD, key)?.balance).toBe(6);
    await switchTo(2);
    expect(await send(OLD, deposit(key, 1, 'late'))).toMatchObject({ outcome: 'accepted' });
    expect(account(home, key)?.balance).toBe(7);
  });

  test('fires its deadline where it is, once', async () => {
    const { switchTo, ripen, clock, history, slot, home } = await annsWorld(500);
    await switchTo(2);
    clock.at = 10_000;
    await ripen();
    await ripen();
    const closed = history(slot).filter(({ type }) => type === 'AccountClosed');
    expect(closed.map((event) => event.in)).toEqual([home]);
  });

  test('comes back, and knows what was decided meanwhile', async () => {
    const { send, switchTo, account, open, key, home, problems } = await annsWorld();
    await switchTo(2);
    await send(home, deposit(key, 3, 'd-2'));
    await switchTo(1);
    expect(open(OLD)).toBe(1_024);
    expect(await send(OLD, deposit(key, 3, 'd-2'))).toMatchObject({ outcome: 'duplicate' });
    await send(OLD, deposit(key, 2, 'd-3'));
    expect(account(OLD, key)?.balance).toBe(10);
    expect(problems).toEqual([]);
  });

  test.each([
    ['through another generation', [2, 3]],
    ['there, back and on', [2, 1, 3]],
  ])('is found where it was by one that it comes to %s while nothing happens to it', async (_, way) => {
    const { send, switchTo, replace, account, open, key, problems } = await annsWorld();
    for (const generation of way) await switchTo(generation);
    expect(open(NEWEST)).toBe(1_024);
    expect(await send(NEWEST, deposit(key, 5, 'd-1'))).toMatchObject({ outcome: 'duplicate' });
    await send(NEWEST, deposit(key, 3, 'd-2'));
    await replace(NEWEST);
    expect(account(NEWEST, key)?.balance).toBe(8);
    expect(problems).toEqual([]);
  });

  test('is one slot, whatever its way and whatever happens to it on it', async () => {
    const stop = fc.record({ generation: fc.constantFrom(1, 2, 3), pays: fc.boolean(), dies: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(stop, { minLength: 2, maxLength: 8 }), async (way) => {
        const { send, switchTo, replace, account, key, slot, problems } = await annsWorld();
        let balance = 5;
        for (const [at, { generation, pays, dies }] of way.entries()) {
          await switchTo(generation);
          const home = homeIn(generation, slot);
          if (dies) await replace(home);
          if (pays) await send(home, deposit(key, 1, `on the way ${String(at)}`));
          if (pays) balance++;
          expect(account(home, key)?.balance).toBe(balance);
        }
        expect(problems).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('is found by owners that have the logs alone, wherever it has been', async () => {
    const { send, switchTo, replace, account, key, home, problems } = await annsWorld();
    await switchTo(2);
    await send(home, deposit(key, 3, 'd-2'));
    await switchTo(1);
    await send(OLD, deposit(key, 2, 'd-3'));
    await switchTo(2);
    for (const index of ALL) await replace(index);
    expect(await send(OLD, deposit(key, 1, 'd-4'))).toMatchObject({ outcome: 'accepted' });
    expect(account(home, key)?.balance).toBe(11);
    expect(problems).toEqual([]);
  });
});
