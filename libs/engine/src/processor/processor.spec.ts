// The partition processor's promises, on a bank that fits in the head: nothing half-applied, every retry answered
// once, guards all or none, refusals brought back to their origin, and a rollback that leaves no trace.
import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import { bank, type Account, type Owner } from '@orderloom/testing';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryDisk, memoryEventLog } from '../memory/memory-event-log.ts';
import { Processor } from './processor.ts';
import { restore } from './restoring.ts';

const TENANT = 'main';
const START = Date.UTC(2026, 0, 1);
const world: StreamRef = { tenant: TENANT, type: 'world', key: TENANT };
let nextId = 0;

type Said = { readonly id?: string; readonly expectedVersion?: number; readonly tenant?: string };
const command = (type: string, key: string, name: string, data: object, said: Said = {}): CommandRequest =>
  commandRequest({
    stream: { tenant: said.tenant ?? TENANT, type, key },
    type: name,
    data,
    commandId: said.id ?? `c${String(++nextId)}`,
    expectedVersion: said.expectedVersion ?? null,
  });
const open = (owner: string, said: Said & { closeAfter?: number } = {}): CommandRequest =>
  command('account', '', 'OpenAccount', { owner, closeAfter: said.closeAfter ?? null }, said);
const deposit = (key: string, amount: number, said: Said = {}): CommandRequest =>
  command('account', key, 'Deposit', { amount, from: null }, said);
const transfer = (from: string, to: string, amount: number): CommandRequest =>
  command('account', from, 'Transfer', { amount, to });

const decodeAll = (groups: readonly { frames: Uint8Array; count: number }[]): RecordedEvent[] => {
  const codec = jsonCodec();
  return groups.flatMap(({ frames, count }) => {
    const bytes = Buffer.from(frames);
    let at = 0;
    return Array.from({ length: count }, () => {
      const { event, end } = codec.readFrame(bytes, at);
      at = end;
      return event;
    });
  });
};

/** A processor over a memory log; each `say` is one group. */
const partition = (
  options: Parameters<typeof bank>[0] & { owns?: (slot: number) => boolean; dedup?: boolean } = {},
) => {
  const disk = memoryDisk();
  const { owns, dedup } = options;
  const fresh = () =>
    new Processor({
      registry: bank(options),
      codec: jsonCodec(),
      ...(owns === undefined ? {} : { owns }),
      ...(dedup === undefined ? {} : { dedup }),
    });
  const processor = fresh();
  const log = memoryEventLog({ disk });
  const say = (...requests: CommandRequest[]): CommandResult[] => {
    processor.begin(START);
    const results = requests.flatMap((request) => {
      const result = processor.decide(request);
      while (processor.fireNextSimulated(TENANT));
      return result ?? [];
    });
    const group = processor.group();
    if (group !== undefined) void log.append({ ...group, outbound: [] });
    processor.commit();
    return results;
  };
  const one = (request: CommandRequest): CommandResult => {
    const [result] = say(request);
    if (result === undefined) throw new Error('forwarded');
    return result;
  };
  const account = (key: string): Account | undefined =>
    processor.partition.streams.find({ tenant: TENANT, type: 'account', key })?.state as Account | undefined;
  one(command('world', TENANT, 'CreateWorld', {}));
  return { processor, log, disk, say, one, account, fresh, events: () => decodeAll(disk.groups) };
};

describe('a command', () => {
  test('is recorded with version, slot sequence and the hash of the event before it', () => {
    const { one, events } = partition();
    const { key } = one(open('ann')).stream;
    one(deposit(key, 5));
    const [, first, second] = events();
    expect(first).toMatchObject({
      type: 'AccountOpened',
      version: 1,
      sequence: 1,
      prev: '',
      recordedAt: START,
    });
    expect(second).toMatchObject({ type: 'Deposited', version: 2, sequence: 2 });
    expect(second?.prev).toHaveLength(16);
  });

  test('that makes its stream gets an id in the slot of its slot key', () => {
    const { one } = partition();
    const result = one(open('ann'));
    expect(result).toMatchObject({ outcome: 'accepted', version: 1 });
    expect(result.stream.key).toHaveLength(21);
  });

  test('sent again gets its first answer, whatever version it expects', () => {
    const { one, events } = partition();
    const first = one(open('ann', { id: 'k1' }));
    one(deposit(first.stream.key, 5));
    const again = one(open('ann', { id: 'k1', expectedVersion: 99 }));
    expect(again).toMatchObject({ outcome: 'duplicate', version: 1, stream: first.stream });
    expect(events()).toHaveLength(3);
  });

  test('sent twice in one group takes effect once', () => {
    const { say, events } = partition();
    const results = say(open('ann', { id: 'k1' }), open('ann', { id: 'k1' }));
    expect(results.map((r) => r.outcome)).toEqual(['accepted', 'duplicate']);
    expect(events()).toHaveLength(2);
  });

  test('takes effect twice with dedup off (null control)', () => {
    const { say, events } = partition({ dedup: false });
    say(open('ann', { id: 'k1' }));
    say(open('ann', { id: 'k1' }));
    expect(events()).toHaveLength(3);
  });

  test('with a used key and other content is refused', () => {
    const { one } = partition();
    one(open('ann', { id: 'k1' }));
    expect(one(open('ann', { id: 'k1', closeAfter: 9 })).rejection?.code).toBe('idempotency-key-reused');
  });

  test('with a used key for another stream is refused', () => {
    const { one } = partition();
    const [first, second] = [one(open('ann')).stream.key, one(open('ann')).stream.key];
    one(deposit(first, 5, { id: 'k2' }));
    expect(one(deposit(second, 5, { id: 'k2' })).rejection?.code).toBe('idempotency-key-reused');
  });

  test('that expects another version is a conflict and appends nothing', () => {
    const { one, events } = partition();
    const { key } = one(open('ann')).stream;
    expect(one(deposit(key, 5, { expectedVersion: 7 }))).toMatchObject({ outcome: 'conflict', version: 1 });
    expect(events()).toHaveLength(2);
  });

  test('that is refused says status and legal commands', () => {
    const { one } = partition();
    const { key } = one(open('ann')).stream;
    one(command('account', key, 'CloseAccount', {}));
    const result = one(deposit(key, 5));
    expect(result).toMatchObject({
      outcome: 'refused',
      rejection: { code: 'account-closed', kind: 'state' },
    });
    expect(result.explanation).toEqual({ status: { status: 'closed' }, allowedCommands: [], mayRefuse: [] });
  });

  test.each([
    [command('account', 'x', 'Deposit', {}, { tenant: 'nobody' }), 'unknown-tenant'],
    [command('castle', 'x', 'Deposit', {}), 'unknown-stream'],
    [command('account', 'not-an-id', 'Deposit', {}), 'unknown-stream'],
    [command('account', 'x', 'Fly', {}), 'unknown-command'],
    [command('account', 'x', 'ReturnTransfer', { amount: 1 }), 'unknown-command'],
  ])('%# that addresses nothing is refused by name', (request, code) => {
    expect(partition().one(request).rejection?.code).toBe(code);
  });

  test('that makes decide throw is a dead letter, and its group goes on', () => {
    const { say, one, log, account } = partition();
    const { key } = one(open('ann')).stream;
    const results = say(deposit(key, 5), deposit(key, 13), deposit(key, 7));
    expect(results.map((r) => r.rejection?.code ?? r.outcome)).toEqual([
      'accepted',
      'internal-error',
      'accepted',
    ]);
    expect(account(key)?.balance).toBe(12);
    expect(log.deadLetters(10)).toMatchObject([{ commandType: 'Deposit', code: 'internal-error' }]);
  });
});

describe('a guard', () => {
  test('refuses for both streams, or neither moves', () => {
    const { say, events } = partition();
    const results = say(open('ann'), open('ann'), open('ann'));
    expect(results.map((r) => r.rejection?.code ?? r.outcome)).toEqual([
      'accepted',
      'accepted',
      'too-many-accounts',
    ]);
    expect(events().filter((event) => event.type === 'AccountOpened')).toHaveLength(2);
  });

  test('folds the events that it follows, and knows them again after a restart', async () => {
    const { one, log, fresh } = partition();
    const { key } = one(open('ann')).stream;
    one(open('ann'));
    one(command('account', key, 'CloseAccount', {}));
    const again = fresh();
    await restore(again, log);
    const owner = again.partition.streams.find({ tenant: TENANT, type: 'owner', key: 'ann' });
    expect(owner).toMatchObject({ version: 0, state: { blocked: false, open: 1 } satisfies Owner });
  });
});

describe('a process manager', () => {
  test('is decided in the transaction of its cause', () => {
    const { say, one, account, events } = partition();
    const [ann, bob] = [one(open('ann')).stream.key, one(open('bob')).stream.key];
    one(deposit(ann, 10));
    say(transfer(ann, bob, 4));
    expect([account(ann)?.balance, account(bob)?.balance]).toEqual([6, 4]);
    const [sent, deposited] = events().slice(-2);
    expect(deposited).toMatchObject({
      hops: 1,
      root: sent?.commandId,
      causation: `${TENANT}/account/${ann}/3`,
    });
  });

  test('gets the refusal of what it sent back as a command', () => {
    const { one, account, events } = partition();
    const [ann, bob] = [one(open('ann')).stream.key, one(open('bob')).stream.key];
    one(deposit(ann, 10));
    one(command('account', bob, 'CloseAccount', {}));
    const result = one(transfer(ann, bob, 4));
    expect(account(ann)?.balance).toBe(10);
    expect(events().at(-1)).toMatchObject({ type: 'TransferReturned', hops: 2 });
    // The answer shows the stream as the whole cascade left it.
    expect(result.version).toBe(4);
  });

  test('that throws parks the event, and later ones of the stream wait behind it, over a restart too', async () => {
    let broken = true;
    const { one, log, fresh } = partition({ parks: () => broken });
    const [ann, bob] = [one(open('ann')).stream.key, one(open('bob')).stream.key];
    one(deposit(ann, 10));
    expect(one(transfer(ann, bob, 1)).outcome).toBe('accepted');
    broken = false;
    one(transfer(ann, bob, 1));
    expect(log.parked().map(({ version, handler }) => [version, handler])).toEqual([
      [3, 'account/TransferSent'],
      [4, 'account/TransferSent'],
    ]);
    const again = fresh();
    await restore(again, log);
    const stream = { tenant: TENANT, type: 'account', key: ann };
    expect(again.partition.parkedAt.has('account/TransferSent', stream)).toBe(true);
  });

  test('sends commands of other partitions out, in the same group', () => {
    const slots = { ann: -1 };
    const { processor } = partition({ owns: (slot) => slots.ann === -1 || slot === slots.ann });
    processor.begin(START);
    const ann = processor.decide(open('ann'))?.stream.key ?? '';
    const bob = processor.decide(open('bob'))?.stream.key ?? '';
    processor.decide(deposit(ann, 10));
    slots.ann = processor.partition.streams.find({ tenant: TENANT, type: 'account', key: ann })?.slot ?? -1;
    processor.decide(transfer(ann, bob, 4));
    expect(processor.group()?.outbound).toMatchObject([
      { request: { type: 'Deposit', stream: { key: bob } } },
    ]);
  });
});

describe('a group', () => {
  test('that is rolled back leaves no trace: versions, sequences, memory, deadlines', () => {
    const { processor, one } = partition();
    const before = JSON.stringify([...processor.partition.sequences]);
    processor.begin(START);
    processor.decide(open('ann', { id: 'k1', closeAfter: 5 }));
    processor.rollback();
    expect(JSON.stringify([...processor.partition.sequences])).toBe(before);
    expect(one(open('ann', { id: 'k1', closeAfter: 5 }))).toMatchObject({ outcome: 'accepted', version: 1 });
    expect(processor.group()).toBeUndefined();
  });

  test('keeps a deadline that its rollback had taken out', () => {
    const { processor, one } = partition();
    one(open('ann', { closeAfter: 5 }));
    processor.begin(START + 10);
    const ripe = processor.partition.deadlines.takeRipe(TENANT, START + 10);
    if (ripe === undefined) throw new Error('nothing ripe');
    processor.decideDeadline(ripe);
    processor.rollback();
    expect(processor.partition.deadlines.takeRipe(TENANT, START + 10)?.deadline.name).toBe('close');
  });
});

describe('a restart', () => {
  test('knows every answer again, with the versions of the whole cascade', async () => {
    const { one, log, fresh } = partition();
    const [ann, bob] = [one(open('ann', { id: 'k1' })).stream.key, one(open('bob')).stream.key];
    one(deposit(ann, 10));
    one(command('account', bob, 'CloseAccount', {}));
    const sent = commandRequest({ ...transfer(ann, bob, 4), commandId: 'k2' });
    const first = one(sent);
    const again = fresh();
    await restore(again, log);
    again.begin(START);
    expect(again.decide(sent)).toMatchObject({ outcome: 'duplicate', version: first.version });
    expect(again.decide(open('ann', { id: 'k1' }))).toMatchObject({ outcome: 'duplicate', version: 1 });
  });

  test('quarantines a stream that cannot be folded and serves the others', async () => {
    const { one, log } = partition({ breakable: true });
    const [ann, bob] = [one(open('ann')).stream.key, one(open('bob')).stream.key];
    one(command('account', ann, 'Break', {}));
    const newer = new Processor({ registry: bank(), codec: jsonCodec() });
    await restore(newer, log);
    newer.begin(START);
    expect(newer.decide(deposit(ann, 1))).toMatchObject({
      outcome: 'unavailable',
      rejection: { code: 'stream-quarantined' },
    });
    expect(newer.decide(deposit(bob, 1))?.outcome).toBe('accepted');
  });

  test('finds a changed event by the chain and names it', async () => {
    const { one, log, disk, fresh } = partition();
    const { key } = one(open('ann')).stream;
    one(deposit(key, 5));
    one(deposit(key, 6));
    const frames = disk.groups[2]?.frames;
    const at = Buffer.from(frames ?? []).indexOf('"amount":5');
    frames?.set(Buffer.from('"amount":9'), at);
    await expect(restore(fresh(), log)).rejects.toThrow(/version 3.*hash chain/);
  });
});

describe('time', () => {
  const setTime = (now: number, deadlines: 'awake' | 'asleep' = 'awake'): CommandRequest =>
    command('world', TENANT, 'SetTime', { clock: { mode: 'simulated', now, deadlines } });

  test('never runs backwards within a slot, whatever the wall clock does', () => {
    const { processor, one, events } = partition();
    const { key } = one(open('ann')).stream;
    processor.begin(START - 60_000);
    processor.decide(deposit(key, 5));
    expect(processor.group()?.count).toBe(1);
    processor.commit();
    expect(events()[1]?.recordedAt).toBe(START);
    expect(processor.partition.times.now(TENANT, events()[1]?.slot ?? 0)).toBe(START);
  });

  test('of a simulated tenant moves by clock commands only, and fires each deadline at its own instant', () => {
    const { one, events } = partition();
    one(setTime(1000));
    one(open('ann', { closeAfter: 50 }));
    one(open('bob', { closeAfter: 20 }));
    one(setTime(2000));
    const closed = events().filter((event) => event.type === 'AccountClosed');
    expect(closed.map((event) => event.recordedAt)).toEqual([1020, 1050]);
  });

  test('of a simulated tenant whose deadlines sleep fires nothing', () => {
    const { one, events } = partition();
    one(setTime(1000, 'asleep'));
    one(open('ann', { closeAfter: 50 }));
    one(setTime(2000, 'asleep'));
    expect(events().some((event) => event.type === 'AccountClosed')).toBe(false);
  });
});

test('the world is its own tenant', () => {
  expect(
    partition().one(commandRequest({ stream: world, type: 'CreateWorld', data: {}, commandId: 'again' })),
  ).toMatchObject({
    outcome: 'refused',
  });
});
