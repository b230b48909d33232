// A command is remembered while something is open in its stream and for the window after that, and forgotten then. What
// is forgotten follows from the log: an engine that starts again answers like the one that was lost.
import { describe, expect, test } from '@jest/globals';
import type { StreamRef } from '@orderloom/decider';
import { bank } from '@orderloom/testing';
import { commandRequest, type CommandRequest } from '../command.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryEventLog } from '../memory/memory-event-log.ts';
import { Processor } from './processor.ts';
import { restore } from './restoring.ts';
import { freezeState, loadSnapshot } from './snapshots.ts';
import { StreamSetAside } from './stream-entry.ts';

const START = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;
const WORLD: StreamRef = { tenant: 'main', type: 'world', key: 'main' };
const ANY_ACCOUNT: StreamRef = { tenant: 'main', type: 'account', key: '' };

const command = (stream: StreamRef, type: string, data: object, commandId: string): CommandRequest =>
  commandRequest({ stream, type, data, commandId });
const opening = (id: string, owner = 'ann'): CommandRequest =>
  command(ANY_ACCOUNT, 'OpenAccount', { owner, closeAfter: null }, id);
const closing = (account: StreamRef, id: string): CommandRequest => command(account, 'CloseAccount', {}, id);
const creating = command(WORLD, 'CreateWorld', {}, 'world');

const aBank = (statesInMemory = Infinity) => {
  const log = memoryEventLog();
  const fresh = () => new Processor({ registry: bank(), codec: jsonCodec(), statesInMemory });
  const processor = fresh();
  const on = (day: number, request: CommandRequest) => {
    processor.begin(START + day * DAY);
    const result = processor.decide(request);
    const group = processor.group();
    if (group !== undefined) void log.append(group);
    processor.commit();
    return result?.stream ?? ANY_ACCOUNT;
  };
  /** A living engine's answer, and those of two that start again: from the log, and from a snapshot of today. */
  const answersOn = async (day: number, request: CommandRequest): Promise<(string | undefined)[]> => {
    const [whole, sooner] = [fresh(), fresh()];
    await restore(whole, log);
    const frozen = freezeState(processor);
    loadSnapshot(sooner, { ...frozen.head, parts: frozen.parts() });
    frozen.release();
    return [processor, whole, sooner].map((one) => {
      one.begin(START + day * DAY);
      try {
        const result = one.decide(request);
        return result?.rejection?.code ?? result?.outcome;
      } catch (error) {
        if (error instanceof StreamSetAside) return 'to be read back';
        throw error;
      } finally {
        one.rollback();
      }
    });
  };
  on(0, creating);
  return { log, fresh, processor, on, answersOn };
};

/** Everything that is remembered, in an order that does not depend on where it stands. */
const memoryOf = ({ partition }: Processor): string[] =>
  partition.memory
    .freeze()
    .flatMap(([slot, table]) =>
      Array.from({ length: table.length / 8 }, (_, i) => table.subarray(i * 8, i * 8 + 8))
        .filter((entry) => entry[7] !== 0)
        .map((entry) => `${String(slot)}: ${entry.join(' ')}`),
    )
    .sort();

const ALL = (answer: string): string[] => [answer, answer, answer];

describe('a command', () => {
  test('is remembered for as long as something is open in its stream', async () => {
    const { on, answersOn } = aBank();
    on(0, opening('k1'));
    expect(await answersOn(4000, opening('k1'))).toEqual(ALL('duplicate'));
  });

  test('is forgotten 30 days after that', async () => {
    const { on, answersOn } = aBank();
    on(100, closing(on(0, opening('k1')), 'k2'));
    expect(await answersOn(130, opening('k1'))).toEqual(ALL('duplicate'));
    expect(await answersOn(132, opening('k1'))).toEqual(ALL('accepted'));
  });

  test('is forgotten though the state of its stream is not in memory', async () => {
    const { on, answersOn, processor } = aBank(0);
    const [open, closed] = [on(0, opening('k1')), on(0, opening('k2'))];
    on(1, closing(closed, 'k3'));
    for (let i = 0; i < 5; i++) on(2, opening(`more ${String(i)}`, `owner ${String(i)}`));
    expect(processor.partition.streams.find(open)?.isSetAside).toBe(true);
    expect(await answersOn(40, opening('k1'))).toEqual(['to be read back', 'duplicate', 'to be read back']);
    expect(await answersOn(40, opening('k2'))).toEqual(ALL('accepted'));
  });

  test('is forgotten 30 days after itself in a stream that has no end', async () => {
    const { on, answersOn } = aBank();
    on(31, opening('k1'));
    expect(await answersOn(30, creating)).toEqual(ALL('duplicate'));
    expect(await answersOn(32, creating)).toEqual(ALL('world-exists'));
  });

  test('whose key is used again after that is remembered anew', async () => {
    const { on, answersOn } = aBank();
    on(1, closing(on(0, opening('k1')), 'k2'));
    on(50, opening('k1'));
    expect(await answersOn(3000, opening('k1'))).toEqual(ALL('duplicate'));
  });

  test('is not forgotten while its tenant has simulated time', async () => {
    const { on, answersOn } = aBank();
    on(1, closing(on(0, opening('k1')), 'k2'));
    const clock = { mode: 'simulated', now: START + 4000 * DAY, deadlines: 'asleep' };
    on(2, command(WORLD, 'SetTime', { clock }, 'k3'));
    expect(await answersOn(4000, opening('k1'))).toEqual(ALL('duplicate'));
  });
});

describe('the memory of commands', () => {
  const DAYS = 300;
  const A_DAY = 30;

  /** One owner opens and closes accounts, day after day, all in one slot. */
  const yearOf = (days: number) => {
    const one = aBank();
    const longLived = one.on(0, opening('long'));
    let middle;
    for (let day = 0; day < days; day++) {
      for (let i = 0; i < A_DAY; i++) {
        const id = `${String(day)}/${String(i)}`;
        one.on(day, closing(one.on(day, opening(`open ${id}`)), `close ${id}`));
      }
      if (day === Math.floor(days / 2)) {
        const frozen = freezeState(one.processor);
        middle = { ...frozen.head, parts: [...frozen.parts()] };
        frozen.release();
      }
    }
    return { ...one, longLived, middle };
  };

  test('has room for what is open and for the window, not for the past', async () => {
    const { processor, answersOn } = yearOf(DAYS);
    const aWindow = 32 * A_DAY * 2;
    expect(processor.partition.memory.size).toBeLessThan(3 * aWindow);
    expect(await answersOn(DAYS, opening('long'))).toEqual(ALL('duplicate'));
    expect(await answersOn(DAYS, opening(`open ${String(DAYS - 1)}/3`))).toEqual(ALL('duplicate'));
  });

  test('is the same when it was read back, from the log or from a snapshot and what came later', async () => {
    const { processor, fresh, log, middle } = yearOf(DAYS);
    const [whole, sooner] = [fresh(), fresh()];
    await restore(whole, log);
    expect(memoryOf(whole)).toEqual(memoryOf(processor));
    if (middle === undefined || !loadSnapshot(sooner, middle)) throw new Error('no snapshot');
    await restore(sooner, log);
    expect(memoryOf(sooner)).toEqual(memoryOf(processor));
  });
});
