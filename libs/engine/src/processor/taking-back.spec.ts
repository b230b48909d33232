// What a group, a command or a restart takes back or reads back must be what a live partition had: nothing of one
// slot, tenant, stream or deadline may be lost because of another.
import { describe, expect, test } from '@jest/globals';
import { accept, slotOf, type Registry, type StreamRef, type StreamType } from '@orderloom/decider';
import { bank, type Account } from '@orderloom/testing';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryEventLog } from '../memory/memory-event-log.ts';
import { Processor } from './processor.ts';
import { restore } from './restoring.ts';

const START = Date.UTC(2026, 0, 1);
let nextId = 0;

const command = (stream: StreamRef, type: string, data: object, id?: string): CommandRequest =>
  commandRequest({ stream, type, data, commandId: id ?? `c${String(++nextId)}` });
const world = (tenant: string): StreamRef => ({ tenant, type: 'world', key: tenant });
const account = (key: string, tenant = 'main'): StreamRef => ({ tenant, type: 'account', key });
const deposit = (stream: StreamRef, amount: number, id?: string): CommandRequest =>
  command(stream, 'Deposit', { amount, from: null }, id);

const bankWithLog = (registry: Registry = bank()) => {
  const log = memoryEventLog();
  const fresh = (readBy: Registry = registry) => new Processor({ registry: readBy, codec: jsonCodec() });
  const processor = fresh();
  const say = (...requests: CommandRequest[]): (CommandResult | undefined)[] => {
    processor.begin(START);
    const results = requests.map((request) => {
      const result = processor.decide(request);
      while (processor.fireNextSimulated(request.stream.tenant));
      return result;
    });
    const group = processor.group();
    if (group !== undefined) void log.append(group);
    processor.commit();
    return results;
  };
  const create = (tenant: string): void => void say(command(world(tenant), 'CreateWorld', {}));
  const open = (owner: string, closeAfter: number | null = null, tenant = 'main'): StreamRef => {
    const [result] = say(command(account('', tenant), 'OpenAccount', { owner, closeAfter }));
    if (result?.outcome !== 'accepted') throw new Error('not opened');
    return result.stream;
  };
  const balance = (ref: StreamRef): number | undefined =>
    (processor.partition.streams.find(ref)?.state as Account | undefined)?.balance;
  create('main');
  return { log, processor, fresh, say, create, open, balance };
};

const outcome = (result: CommandResult | undefined): string | undefined =>
  result?.rejection?.code ?? result?.outcome;

describe('one command id', () => {
  test('in two slots of one group is remembered in both', () => {
    const { say, open } = bankWithLog();
    const [ann, bob] = [open('ann'), open('bob')];
    expect(say(deposit(ann, 5, 'same'), deposit(bob, 5, 'same')).map(outcome)).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(say(deposit(ann, 5, 'same'), deposit(bob, 5, 'same')).map(outcome)).toEqual([
      'duplicate',
      'duplicate',
    ]);
  });

  test('in two slots is forgotten in both with its group', () => {
    const { processor, say, open } = bankWithLog();
    const [ann, bob] = [open('ann'), open('bob')];
    processor.begin(START);
    processor.decide(deposit(ann, 5, 'same'));
    processor.decide(deposit(bob, 5, 'same'));
    processor.rollback();
    expect(say(deposit(ann, 5, 'same'), deposit(bob, 5, 'same')).map(outcome)).toEqual([
      'accepted',
      'accepted',
    ]);
  });

  test('of two tenants in one group is known to both after a restart', async () => {
    const { log, fresh, say, create, open } = bankWithLog();
    create('other');
    const [ann, bob] = [open('ann'), open('bob', null, 'other')];
    say(deposit(ann, 5, 'same'), deposit(bob, 5, 'same'));
    const again = fresh();
    await restore(again, log);
    again.begin(START);
    expect(outcome(again.decide(deposit(ann, 5, 'same')))).toBe('duplicate');
    expect(outcome(again.decide(deposit(bob, 5, 'same')))).toBe('duplicate');
  });
});

test('a reaction that waits behind a parked one keeps waiting after its group was rolled back', () => {
  let broken = true;
  const { processor, log, say, open } = bankWithLog(bank({ parks: () => broken }));
  const [ann, bob] = [open('ann'), open('bob')];
  const transfer = (): CommandRequest => command(ann, 'Transfer', { amount: 1, to: bob.key });
  say(deposit(ann, 10));
  say(transfer());
  broken = false;
  processor.begin(START);
  processor.decide(transfer());
  processor.rollback();
  say(transfer());
  expect(log.parked().map(({ version }) => version)).toEqual([3, 4]);
});

type Echo = { readonly heard: number };

/** Hears of every closed account, and cannot fold it. */
const deaf = (listens: () => boolean): StreamType => ({
  name: 'deaf',
  foldId: 'deaf-1',
  slotOf: (tenant, key) => slotOf(tenant, key),
  decider: {
    initialState: { heard: 0 },
    decide: () => accept(),
    evolve: (state) => {
      if (!listens()) throw new Error('cannot be folded');
      return { heard: (state as Echo).heard + 1 };
    },
    isTerminal: () => false,
  },
  commands: {},
  explain: () => ({ status: {}, allowedCommands: [], mayRefuse: [] }),
  follows: { AccountClosed: () => 'ear' },
});

const bankHeardBy = (listens: () => boolean): Registry => {
  const registry = bank();
  return { ...registry, types: [...registry.types, deaf(listens)] };
};

describe('a deadline whose command throws after it was recorded', () => {
  const broken = () => bankWithLog(bankHeardBy(() => false));

  test('is one dead letter, not one after another', () => {
    const { processor, open } = broken();
    const ann = open('ann', 5);
    processor.begin(START + 10);
    const ripe = processor.partition.deadlines.takeRipe('main', START + 10);
    if (ripe === undefined) throw new Error('nothing ripe');
    processor.decideDeadline(ripe);
    expect(processor.partition.deadlines.takeRipe('main', START + 10)).toBeUndefined();
    expect(processor.group()?.deadLetters).toHaveLength(1);
    expect(processor.partition.streams.find(ann)?.version).toBe(1);
  });

  test('ends a simulated advance', () => {
    const { say, open, log } = broken();
    const setTime = (now: number): CommandRequest =>
      command(world('main'), 'SetTime', { clock: { mode: 'simulated', now, deadlines: 'awake' } });
    open('ann', 5);
    expect(say(setTime(START + 10)).map(outcome)).toEqual(['accepted']);
    expect(log.deadLetters(10)).toHaveLength(1);
  });

  test('is ripe again where its group was rolled back', () => {
    const { processor, open } = broken();
    open('ann', 5);
    processor.begin(START + 10);
    const ripe = processor.partition.deadlines.takeRipe('main', START + 10);
    if (ripe !== undefined) processor.decideDeadline(ripe);
    processor.rollback();
    expect(processor.partition.deadlines.takeRipe('main', START + 10)?.deadline.name).toBe('close');
  });

  test('is tried again when its stream has changed', () => {
    const { processor, say, open } = broken();
    const ann = open('ann', 5);
    processor.begin(START + 10);
    const ripe = processor.partition.deadlines.takeRipe('main', START + 10);
    if (ripe !== undefined) processor.decideDeadline(ripe);
    processor.commit();
    say(deposit(ann, 1));
    expect(processor.partition.deadlines.takeRipe('main', START + 10)?.entry.ref).toEqual(ann);
  });
});

describe('a quarantine', () => {
  test('is of the follower that cannot fold, not of the stream that it follows', async () => {
    const { log, fresh, say, open } = bankWithLog(bankHeardBy(() => true));
    const ann = open('ann');
    say(command(ann, 'CloseAccount', {}));
    const again = fresh(bankHeardBy(() => false));
    await restore(again, log);
    const quarantineOf = (ref: StreamRef) => again.partition.streams.find(ref)?.quarantine;
    expect(quarantineOf(ann)).toBeNull();
    expect(quarantineOf({ tenant: 'main', type: 'deaf', key: 'ear' })).toMatch(
      /AccountClosed of main\/account/,
    );
  });

  test.each([
    ['a guard', { tenant: 'main', type: 'owner', key: 'ann' }],
    ['the tenant', world('main')],
  ])('of %s makes the command unavailable', (_, ref) => {
    const { processor, say, open } = bankWithLog();
    open('ann');
    const entry = processor.partition.streams.find(ref);
    if (entry === undefined) throw new Error('no stream');
    entry.quarantine = 'cannot be folded';
    const [result] = say(command(account(''), 'OpenAccount', { owner: 'ann', closeAfter: null }));
    expect(result).toMatchObject({ outcome: 'unavailable', rejection: { code: 'stream-quarantined' } });
  });
});
