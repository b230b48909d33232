// Recorder and checker on the engine itself, over a memory log that forgets what a crash would: the run passes as it
// stands, and fails for each mechanism that is taken away.
import { describe, expect, test } from '@jest/globals';
import {
  commandRequest,
  jsonCodec,
  logUnavailable,
  memoryDisk,
  type CommandRequest,
  type Engine,
  type Mechanisms,
  type MemoryDisk,
} from '@orderloom/engine';
import { bank, type Account } from '../example/bank.ts';
import { memoryEngine } from '../memory-engine.ts';
import { random, type Random } from '../random.ts';
import { turns, type VirtualClock } from '../virtual-clock.ts';
import { checkHistory } from './check.ts';
import type { Legal } from './folds.ts';
import type { LogEvent } from './log-book.ts';
import { noticed } from './null-controls.ts';
import { recordHistory, type HistoryRecorder } from './recorder.ts';

const START = Date.UTC(2026, 0, 1);
const CLOSES_AFTER = 60_000;
const full = process.env['ORDERLOOM_SIZE'] === 'full';
const rounds = full ? 200 : 20;

const legal: Legal = (state, event) => {
  const { status } = state as Account;
  if (event.stream.type !== 'account' || event.type === 'AccountOpened') return undefined;
  return status === 'open' || event.type === 'TransferReturned' ? undefined : `the account is ${status}`;
};

const eventsOn = (disk: MemoryDisk): LogEvent[] => {
  const codec = jsonCodec();
  return disk.groups.flatMap((group) => {
    const events: LogEvent[] = [];
    const bytes = Buffer.from(group.frames);
    for (let at = 0; at < bytes.length;) {
      const { event, identity, end } = codec.readFrame(bytes, at);
      events.push({ ...event, identity });
      at = end;
    }
    return events;
  });
};

type Bank = {
  readonly engine: Engine;
  readonly disk: MemoryDisk;
  readonly clock: VirtualClock;
  failing: boolean;
};
type Gone = Partial<Mechanisms>;

const open = async (disk: MemoryDisk, gone: Gone): Promise<Bank> => {
  const opened: { failing: boolean } = { failing: false };
  const beforeAppend = (): void => {
    if (opened.failing) throw logUnavailable('the disk is full');
  };
  const domain = { registry: bank(), opensAt: START };
  return Object.assign(opened, await memoryEngine(domain, { disk, mechanisms: gone, beforeAppend }));
};

const call = async ({ engine }: Bank, history: HistoryRecorder, command: CommandRequest): Promise<string> => {
  const op = history.invoke(command, {
    mayBeRefused: command.type === 'Transfer' || command.expectedVersion !== null,
  });
  const result = await engine.send(command);
  history.answered(op, result);
  return result.stream.key;
};

const on = (stream: string, type: string, data: object, commandId: string): CommandRequest => {
  const [name = '', key = ''] = stream.split('/');
  return commandRequest({ stream: { tenant: 'main', type: name, key }, type, data, commandId });
};

type Load = { readonly keys: readonly string[]; readonly source: Random; readonly forget: boolean };

/** One client's next command: a deposit or a transfer, some of them behind an expected version. */
const nextCommand = ({ engine }: Bank, { keys, source }: Load, commandId: string): CommandRequest => {
  const [key, to] = [source.oneOf(keys), source.oneOf(keys)];
  const amount = 1 + source.below(5);
  const command = source.chance(0.3)
    ? on(`account/${key}`, 'Transfer', { amount, to }, commandId)
    : on(`account/${key}`, 'Deposit', { amount, from: null }, commandId);
  const seen = engine.versionOf(command.stream) ?? 0;
  return { ...command, expectedVersion: source.chance(0.2) ? seen : null };
};

/** Eight clients at a time, one command in ten sent twice. */
const load = async (one: Bank, history: HistoryRecorder, how: Load): Promise<void> => {
  const client = async (commandId: string): Promise<void> => {
    const command = nextCommand(one, how, commandId);
    const times = how.source.chance(0.1) ? 2 : 1;
    for (let sent = 0; sent < times; sent++) await (how.forget ? callForgetful : call)(one, history, command);
  };
  for (let round = 0; round < rounds; round++)
    await Promise.all(Array.from({ length: 8 }, (_, index) => client(`r${String(round)}.${String(index)}`)));
};

/** An engine that does not look at expected versions: the client means one, the engine never hears of it. */
const callForgetful: typeof call = async ({ engine }, history, command) => {
  const op = history.invoke(command, { mayBeRefused: true });
  const result = await engine.send({ ...command, expectedVersion: null });
  history.answered(op, result);
  return result.stream.key;
};

const run = async (gone: Gone, options: { readonly failing?: boolean; readonly forget?: boolean } = {}) => {
  const { failing = false, forget = false } = options;
  const history = recordHistory();
  const one = await open(memoryDisk(), gone);
  await call(one, history, on('world/main', 'CreateWorld', {}, 'world'));
  const keys = await Promise.all(
    ['ann', 'ben', 'cat', 'dan'].map((owner) =>
      call(one, history, on('account/', 'OpenAccount', { owner, closeAfter: CLOSES_AFTER }, `open ${owner}`)),
    ),
  );
  one.failing = failing;
  const end = failing ? history.fault('disk full') : () => undefined;
  await load(one, history, { keys, source: random(7), forget });
  end();
  one.failing = false;
  one.clock.advance(CLOSES_AFTER + 1_000);
  await turns(50);
  await one.engine.settled();
  await one.engine.stop();
  const log = eventsOn(one.disk);
  return checkHistory({ history: history.entries(), log, registry: bank(), legal, quietAt: one.clock.now() });
};

describe('a run of the engine', () => {
  test('passes, and closes each account by its deadline', async () => {
    const report = await run({});
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({
      passed: true,
      figures: { unknown: 0, deadlines: { fired: 4, pending: 0 } },
    });
    expect(report.figures.acknowledged).toBeGreaterThan(rounds * 4);
  });

  test('passes while the log takes nothing: nobody is told otherwise', async () => {
    const report = await run({}, { failing: true });
    expect(report.violations).toEqual([]);
    expect(report.figures.refused).toBeGreaterThanOrEqual(rounds * 8);
  });

  test('fails without the memory of command ids', async () => {
    expect(noticed(await run({ dedup: false }), 'dedup')).toEqual(['double-effect']);
  });

  test('fails where callers are answered before the commit', async () => {
    const report = await run({ acknowledgeAfterCommit: false }, { failing: true });
    expect(noticed(report, 'acknowledgeAfterCommit')).toEqual(['acknowledged-lost']);
  });

  test('fails where expected versions are not looked at', async () => {
    expect(noticed(await run({}, { forget: true }), 'expectedVersion')).toEqual(['expected-version']);
  });
});
