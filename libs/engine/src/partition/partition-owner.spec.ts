// One partition over a port in memory that fails as brokers do: after each failure the log alone says what was kept.
import { afterEach, describe, expect, test } from '@jest/globals';
import { bank, turns, type Account } from '@orderloom/testing';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import { groupTooLarge, logFenced, logUnavailable } from '../errors.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryDisk, memoryEventLog } from '../memory/memory-event-log.ts';
import type { InputRecord, Lane, OwnedPartition, PartitionStep } from '../ports/partition-port.ts';
import { Processor } from '../processor/processor.ts';
import { restore } from '../processor/restoring.ts';
import { GlobalEvents } from './global-events.ts';
import { OpenSlots } from './open-slots.ts';
import { PartitionOwner } from './partition-owner.ts';
import type { SlotMoving } from './slot-mover.ts';

const command = (type: string, key: string, name: string, data: object, id: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id });

/** A log of one generation. */
const neverMoving: SlotMoving = {
  slots: new OpenSlots({ belongs: () => true }),
  foreign: () => ({ read: () => [], parked: async () => [] }),
  wantedAt: () => undefined,
};

type Failing = (step: PartitionStep) => { readonly error: Error; readonly kept: boolean } | undefined;

/** A partition on a memory disk; `fail` decides for each step whether it fails, and whether it was kept all the same. */
const openPartition = ({ standby = false } = {}) => {
  const disk = memoryDisk();
  const committed: Record<Lane, number> = { internal: 0, commands: 0, bulk: 0 };
  const answers: CommandResult[] = [];
  const problems: string[] = [];
  const world = {
    fail: (() => undefined) as Failing,
    taken: 0,
    confirmed: 0,
    steps: [] as PartitionStep[],
    readBehind: [] as number[],
  };
  const keep = (step: PartitionStep): void => {
    void memoryEventLog({ disk }).append({ ...step, outbound: [] });
    Object.assign(committed, step.offsets);
    answers.push(...step.replies.map(({ result }) => result));
  };
  const acquire = async (): Promise<OwnedPartition> => {
    world.taken++;
    const log = memoryEventLog({ disk });
    return {
      log: {
        parked: log.parked,
        read: (after) => {
          world.readBehind.push(after);
          return log.read(after);
        },
      },
      offsets: { ...committed },
      decidedUpTo: () => ({ internal: 0, commands: 0, bulk: 0 }),
      append: async (step) => {
        const failure = world.fail(step);
        if (failure === undefined || failure.kept) keep(step);
        if (failure !== undefined) throw failure.error;
        world.steps.push({ ...step });
      },
      release: async () => undefined,
    };
  };
  const owner = new PartitionOwner({
    index: 0,
    fresh: () => new Processor({ registry: bank(), codec: jsonCodec(), owns: () => true }),
    acquire,
    follow: standby
      ? async () => ({ log: memoryEventLog({ disk }), globalsKnown: async () => undefined })
      : undefined,
    moving: neverMoving,
    stillOurs: async () => {
      world.confirmed++;
    },
    globals: new GlobalEvents(),
    clock: { now: () => 1000, after: (_, fn) => (setImmediate(fn), () => undefined) },
    onProblem: (error) => problems.push((error as { code?: string }).code ?? 'unknown'),
  });
  let offset = 0;
  const offer = (lane: Lane, ...requests: readonly CommandRequest[]): void => {
    const records = requests.map((input): InputRecord => ({ offset: offset++, input, replyTo: 'here' }));
    owner.offer(lane, records);
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await turns(1);
  };
  const balances = (): number[] =>
    [...(owner.processor?.partition.streams.values() ?? [])].flatMap(({ ref, state }) =>
      ref.type === 'account' ? [(state as Account).balance] : [],
    );
  return { owner, offer, settle, answers, problems, world, committed, balances, disk };
};

describe('the owner of a partition', () => {
  const opened: PartitionOwner[] = [];
  afterEach(async () => {
    for (const owner of opened.splice(0)) await owner.stop();
  });

  /** A partition with a world and Ann's account in it. */
  const openBank = async (options?: { readonly standby: boolean }) => {
    const partition = openPartition(options);
    opened.push(partition.owner);
    partition.owner.assign(true);
    partition.offer('commands', command('world', 'main', 'CreateWorld', {}, 'w'));
    partition.offer(
      'commands',
      command('account', '', 'OpenAccount', { owner: 'ann', closeAfter: null }, 'a'),
    );
    await partition.settle();
    const ann = partition.answers.at(-1)?.stream.key ?? '';
    const deposit = (amount: number, id: string) =>
      command('account', ann, 'Deposit', { amount, from: null }, id);
    return { ...partition, deposit };
  };

  test('serves the internal lane first, and bulk by its share', async () => {
    const { owner, offer, settle, deposit, world } = await openBank();
    owner.assign(false);
    await settle();
    owner.assign(true);
    owner.offer('bulk', [{ offset: 0, input: deposit(1, 'b'), replyTo: 'here' }]);
    offer('commands', deposit(1, 'c'));
    owner.offer('internal', [{ offset: 0, input: deposit(1, 'i'), replyTo: 'here' }]);
    await settle();
    expect(world.steps.at(-1)?.replies.map(({ result }) => result.commandId)).toEqual(['i', 'c', 'b']);
  });

  test('takes a simulated clock past its deadlines in several steps, and nothing in between', async () => {
    const { owner, offer, settle, world } = await openBank();
    const setTime = (now: number, id: string) =>
      command('world', 'main', 'SetTime', { clock: { mode: 'simulated', now, deadlines: 'awake' } }, id);
    const openings = Array.from({ length: 600 }, (_, at) =>
      command(
        'account',
        '',
        'OpenAccount',
        { owner: `o${String(at)}`, closeAfter: at + 1 },
        `o${String(at)}`,
      ),
    );
    offer('commands', setTime(1_000, 's'), ...openings);
    await settle();
    const before = world.steps.length;
    offer('commands', setTime(9_000, 'advance'), command('world', 'main', 'CreateWorld', {}, 'after'));
    await settle();
    const steps = world.steps.slice(before);
    expect(steps.map(({ count }) => count)).toEqual([257, 256, 88]);
    expect(steps.map(({ replies }) => replies.map(({ result }) => result.commandId))).toEqual([
      ['advance'],
      [],
      ['after'],
    ]);
    expect(owner.processor?.partition.deadlines.pending).toBe(0);
  });

  test.each([
    ['was kept', true],
    ['was not kept', false],
  ])('decides a command once where nobody can say that its step %s', async (_, kept) => {
    const { offer, settle, deposit, world, balances, problems } = await openBank();
    let failed = false;
    world.fail = () => {
      if (failed) return undefined;
      failed = true;
      return { error: logUnavailable('no answer'), kept };
    };
    offer('commands', deposit(5, 'd'));
    await settle();
    expect(balances()).toEqual([5]);
    expect(problems).toEqual(['log-unavailable']);
    expect(world.taken).toBe(2);
  });

  test('once fenced takes the partition again only after the group has confirmed it', async () => {
    const { offer, settle, deposit, world, balances } = await openBank();
    let fenced = false;
    world.fail = () => (fenced ? undefined : ((fenced = true), { error: logFenced('zombie'), kept: false }));
    offer('commands', deposit(5, 'd'));
    await settle();
    expect(world.confirmed).toBe(1);
    expect(balances()).toEqual([5]);
  });

  test('halves a step that is too large, and refuses a command that is too large alone', async () => {
    const { offer, settle, deposit, world, answers, balances, problems } = await openBank();
    const isLarge = ({ sources, count }: PartitionStep): boolean =>
      count > 2 || sources.some(({ offset }) => offset === 5);
    world.fail = (step) => (isLarge(step) ? { error: groupTooLarge('too large'), kept: false } : undefined);
    offer('commands', ...[1, 2, 4, 8, 16, 32].map((amount) => deposit(amount, `d-${String(amount)}`)));
    await settle();
    await settle();
    expect(answers.slice(2).map(({ outcome }) => outcome)).toEqual([
      ...['accepted', 'accepted', 'accepted', 'refused', 'accepted', 'accepted'],
    ]);
    expect(balances()).toEqual([1 + 2 + 4 + 16 + 32]);
    expect(problems).toEqual([]);
  });

  test('parks its state while another owns the partition, and brings it to the end of the log', async () => {
    const { owner, offer, settle, deposit, balances, disk, committed } = await openBank();
    offer('commands', deposit(5, 'd-1'));
    await settle();
    owner.assign(false);
    await settle();
    expect(owner.processor).toBeUndefined();
    const other = new Processor({ registry: bank(), codec: jsonCodec(), owns: () => true });
    await restore(other, memoryEventLog({ disk }));
    other.begin(2000);
    other.decide(deposit(7, 'd-2'));
    void memoryEventLog({ disk }).append(other.group()!);
    committed.commands++;
    owner.assign(true);
    await settle();
    expect(balances()).toEqual([12]);
  });

  test.each([
    { standby: true, reads: 'nothing: it has followed the log' },
    { standby: false, reads: 'what the other has appended' },
  ])('standing by: $standby, taking the partition over reads $reads', async ({ standby }) => {
    const { owner, settle, deposit, balances, disk, committed, world } = await openBank({ standby });
    owner.assign(false);
    await settle();
    const other = new Processor({ registry: bank(), codec: jsonCodec(), owns: () => true });
    await restore(other, memoryEventLog({ disk }));
    const before = other.head;
    for (let n = 0; n < 3; n++) {
      other.begin(2000 + n);
      other.decide(deposit(n + 1, `o-${String(n)}`));
      void memoryEventLog({ disk }).append(other.group()!);
      other.commit();
      committed.commands++;
      await settle();
    }
    expect(owner.standsBy).toBe(standby);
    owner.assign(true);
    await settle();
    expect(owner.standsBy).toBe(false);
    expect(balances()).toEqual([6]);
    expect(world.readBehind.at(-1)).toBe(standby ? other.head : before);
  });

  test('commits the place of a lane that holds nothing but markers, when it is asked to', async () => {
    const { owner, settle, committed } = await openBank();
    owner.readUpTo('commands', 40);
    await settle();
    expect(committed.commands).toBe(2);
    owner.commitIdle();
    await settle();
    expect(committed.commands).toBe(40);
  });
});
