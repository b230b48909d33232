// Two partitions and what they owe each other: who waits for a cascade's end hears of every command of it, and nobody
// decides what was sent by somebody who knows more of the tenant.
import { describe, expect, test } from '@jest/globals';
import { slotOfOrderId, type RecordedEvent, type TenantClock } from '@orderloom/decider';
import { bank } from '@orderloom/testing';
import { commandRequest, type CommandRequest } from '../command.ts';
import { eventsIn } from '../frames.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import type { InputRecord, Lane, PartitionStep } from '../ports/partition-port.ts';
import { followGlobal } from '../processor/following-globals.ts';
import { Processor } from '../processor/processor.ts';
import { decideRound, type Decided, type RoundLimits } from './decide-round.ts';
import { HeldLanes } from './held-lanes.ts';
import { LaneQueue } from './lane-queue.ts';

const LIMITS: RoundLimits = {
  ...{ now: 1_000, ripeUntil: -Infinity, records: 100, tooLarge: undefined, commitIdle: false },
  unheld: new Set(),
};
const SIMULATED: TenantClock = { mode: 'simulated', now: 500, deadlines: 'asleep' };

const command = (type: string, key: string, name: string, data: object, id: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id });

const partition = (owns: (slot: number) => boolean) => {
  const codec = jsonCodec();
  const processor = new Processor({ registry: bank(), codec, owns });
  let offset = 0;
  const decide = (lane: Lane, record: Omit<InputRecord, 'offset'>, limits = LIMITS): Decided => {
    const lanes = { internal: new LaneQueue(), commands: new LaneQueue(), bulk: new LaneQueue() };
    lanes[lane].offer([{ offset: offset++, ...record }]);
    const decided = decideRound(processor, lanes, limits);
    return decided;
  };
  /** Decides one record and makes it durable; gives what leaves the partition and its events. */
  const take = (lane: Lane, record: Omit<InputRecord, 'offset'>) => {
    const step = decide(lane, record).round?.step as PartitionStep;
    const events = eventsIn(codec, [Uint8Array.from(step.frames)]) as readonly RecordedEvent[];
    const { replies, progress, outbound } = step;
    processor.commit();
    return { events, replies, progress, outbound };
  };
  return { processor, decide, take };
};

/** A world at two partitions, with an account in each. */
const openBank = (clock: TenantClock) => {
  const even = partition((slot) => slot % 2 === 0);
  const odd = partition((slot) => slot % 2 === 1);
  const home = [even, odd].find(({ processor }) =>
    processor.partition.owns(
      bank()
        .types.find(({ name }) => name === 'world')
        ?.slotOf('main', 'main') ?? 0,
    ),
  );
  for (const [at, input] of [
    command('world', 'main', 'CreateWorld', {}, 'w'),
    command('world', 'main', 'SetTime', { clock }, 't'),
  ].entries()) {
    const events = home?.take('commands', { input, replyTo: null }).events ?? [];
    expect(events.map(({ version }) => version)).toEqual([at + 1]);
    for (const other of [even, odd])
      if (other !== home) for (const event of events) followGlobal(other.processor.partition, event);
  }
  const open = (owner: string) => {
    const input = command('account', '', 'OpenAccount', { owner, closeAfter: null }, `open-${owner}`);
    for (const at of [even, odd]) {
      const { replies } = at.take('commands', { input, replyTo: 'here' });
      const [reply] = replies;
      if (reply !== undefined) return { at, key: reply.result.stream.key };
    }
    throw new Error('nobody has opened it');
  };
  const owners = Array.from({ length: 20 }, (_, index) => open(`owner-${String(index)}`));
  const [ann, bob] = [even, odd].map((at) => owners.find((one) => one.at === at)) as [
    (typeof owners)[0],
    (typeof owners)[0],
  ];
  expect((slotOfOrderId(ann.key) ?? 0) % 2).toBe(0);
  ann.at.take('commands', {
    input: command('account', ann.key, 'Deposit', { amount: 100, from: null }, 'd'),
    replyTo: null,
  });
  const transfer = (id: string) =>
    ann.at.take('commands', {
      input: command('account', ann.key, 'Transfer', { amount: 10, to: bob.key }, id),
      replyTo: 'here',
    });
  return { ann, bob, transfer };
};

describe('a command whose effects go on in another partition', () => {
  test('is answered with what is open in simulated time, and each command that is done says so', () => {
    const { bob, transfer } = openBank(SIMULATED);
    const { replies, outbound } = transfer('t-1');
    expect(replies.map(({ open }) => open)).toEqual([1]);
    const [sent] = outbound;
    expect(sent).toMatchObject({ awaited: { replyTo: 'here', commandId: 't-1' }, tenantVersion: 2 });
    const done = bob.at.take('internal', {
      input: sent!.request,
      replyTo: null,
      awaited: { replyTo: 'here', commandId: 't-1' },
    });
    expect(done.progress).toEqual([{ replyTo: 'here', commandId: 't-1', tenant: 'main', open: 0 }]);
    expect(done.replies).toEqual([]);
  });

  test('waits for the refusal that comes back, too', () => {
    const { ann, bob, transfer } = openBank(SIMULATED);
    const close = command('account', bob.key, 'CloseAccount', {}, 'close');
    bob.at.take('commands', { input: close, replyTo: null });
    const [sent] = transfer('t-1').outbound;
    const awaited = { replyTo: 'here', commandId: 't-1' };
    const refused = bob.at.take('internal', { input: sent!.request, replyTo: null, awaited });
    expect(refused.progress.map(({ open }) => open)).toEqual([1]);
    expect(refused.outbound.map((back) => back.awaited)).toEqual([awaited]);
    const input = refused.outbound[0]!.request;
    const back = ann.at.take('internal', { input, replyTo: null, awaited });
    expect(back.progress.map(({ open }) => open)).toEqual([0]);
    expect(back.events.map(({ type }) => type)).toEqual(['TransferReturned']);
  });

  test('is answered at once where time is real', () => {
    const { replies, outbound } = openBank({ mode: 'live' }).transfer('t-1');
    expect(replies.map(({ open }) => open)).toEqual([0]);
    expect(outbound.map(({ awaited, tenantVersion }) => [awaited, tenantVersion])).toEqual([[undefined, 2]]);
  });
});

describe('a record whose sender knows more of the tenant', () => {
  const ahead = (ann: ReturnType<typeof openBank>['ann']) => ({
    input: command('account', ann.key, 'Deposit', { amount: 5, from: null }, 'later'),
    replyTo: 'here',
    tenantVersion: 3,
  });

  test('waits, and is decided by what was said meanwhile', () => {
    const { ann } = openBank(SIMULATED);
    const held = ann.at.decide('commands', ahead(ann));
    expect(held).toEqual({ round: undefined, held: ['commands'] });
    ann.at.processor.commit();
    const { global } = bank();
    const type = ann.at.processor.partition.registry.types.get(global.type)!;
    const world = ann.at.processor.partition.times.globalOf('main')!;
    const event = { type: 'TimeSet', data: { clock: { ...SIMULATED, now: 900 } } };
    world.state = type.definition.decider.evolve(world.state, event, {} as never);
    world.version = 3;
    const { events } = ann.at.take('commands', ahead(ann));
    expect(events.map(({ recordedAt }) => recordedAt)).toEqual([900]);
  });

  test('is decided all the same where its lane has waited long enough', () => {
    const { ann } = openBank(SIMULATED);
    const decided = ann.at.decide('commands', ahead(ann), { ...LIMITS, unheld: new Set(['commands']) });
    expect(decided.round?.results.map(({ outcome }) => outcome)).toEqual(['accepted']);
  });

  test('waits for ever where processors sent it, and five seconds where anybody may have', () => {
    const held = new HeldLanes();
    expect(held.note(['internal', 'commands'], 10_000)).toBe(5_000);
    expect(held.note(['internal', 'commands'], 12_000)).toBeUndefined();
    expect([...held.overdue(14_999)]).toEqual([]);
    expect([...held.overdue(15_000)]).toEqual(['commands']);
    held.note([], 15_001);
    expect([...held.overdue(99_000)]).toEqual([]);
  });
});
