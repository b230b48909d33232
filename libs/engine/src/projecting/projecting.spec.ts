// A partition's views follow its log through everything that may happen to the store, the log and the process.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Projection } from '@orderloom/decider';
import { bank, turns, virtualClock } from '@orderloom/testing';
import { commandRequest } from '../command.ts';
import { EngineError } from '../errors.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryEventSource } from '../memory/memory-event-source.ts';
import { memoryViewStore } from '../memory/memory-view-store.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { ViewBatch, ViewStore } from '../ports/view-store.ts';
import { Processor } from '../processor/processor.ts';
import { createProjector } from '../projector.ts';
import { projecting, type ProjectingProblem } from './projecting.ts';

const WINDOW_MS = 200;

/** A world, an account, and deposits into it: one group each. */
const anAccount = (deposits: number): { groups: StoredGroup[]; id: string } => {
  const processor = new Processor({ registry: bank(), codec: jsonCodec() });
  const groups: StoredGroup[] = [];
  const say = (type: string, key: string, name: string, data: object): string => {
    processor.begin(1000);
    const stream = { tenant: 'main', type, key };
    const commandId = `${name}${String(groups.length)}`;
    const result = processor.decide(commandRequest({ stream, type: name, data, commandId }));
    const group = processor.group();
    if (group !== undefined) groups.push({ ...group, frames: Uint8Array.from(group.frames) });
    processor.commit();
    return result?.stream.key ?? '';
  };
  say('world', 'main', 'CreateWorld', {});
  const key = say('account', '', 'OpenAccount', { owner: 'ann', closeAfter: null });
  for (let at = 0; at < deposits; at++) say('account', key, 'Deposit', { amount: 1, from: null });
  return { groups, id: `main/${key}` };
};

const eventTypes: Projection<string[]> = {
  name: 'types',
  foldId: '1',
  streamType: 'account',
  fold: (document, event) => [...(document ?? []), event.type],
  lists: () => ['all:'],
  sortKey: () => 'x',
};

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A log of one partition and its projector, whose commits fail for as long as `failing` says why. */
const setUp = () => {
  const clock = virtualClock(0);
  const source = memoryEventSource(1);
  const { store, reader } = memoryViewStore();
  const writes: number[] = [];
  const problems: ProjectingProblem[] = [];
  const state: { failing: Error | undefined; opened: number } = { failing: undefined, opened: 0 };
  const guarded: ViewStore = {
    ...store,
    commit: (batch: ViewBatch) => {
      if (state.failing !== undefined) throw state.failing;
      writes.push([...batch.writes].length);
      return store.commit(batch);
    },
  };
  const task = projecting({
    clock,
    windowMs: WINDOW_MS,
    open: async () => {
      state.opened++;
      return createProjector({
        store: guarded,
        codec: jsonCodec(),
        registry: bank(),
        projections: [eventTypes],
        globals: source.globals,
      });
    },
    onProblem: (problem) => problems.push(problem),
  });
  const running = source.run(task);
  ends.push(async () => {
    await source.stop();
    await running;
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await turns();
    }
  };
  const append = async (groups: readonly StoredGroup[]): Promise<void> => {
    for (const group of groups) source.append(0, group);
    await turns();
  };
  return { source, store, reader, writes, problems, state, pass, append };
};

describe('a partition’s views', () => {
  test('show a quiet log at once, and tell the source how far they are', async () => {
    const { groups, id } = anAccount(1);
    const { append, reader, source } = setUp();
    await append(groups);
    expect((await reader.get('types', id))?.version).toBe(2);
    expect(source.shownOf(0)).toBe(3);
  });

  test('write a document once for all its events of a window', async () => {
    const { groups, id } = anAccount(10);
    const { append, pass, reader, writes } = setUp();
    await append(groups.slice(0, 2));
    writes.length = 0;
    for (const group of groups.slice(2)) await append([group]);
    await pass(WINDOW_MS);
    expect((await reader.get('types', id))?.version).toBe(11);
    expect(writes.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2);
  });

  test('pause while the store is away, park nothing, and go on where they were', async () => {
    const { groups, id } = anAccount(6);
    const { append, pass, reader, store, problems, state } = setUp();
    await append(groups.slice(0, 3));
    state.failing = new EngineError('views-unavailable', 'away', { retryable: true });
    await append(groups.slice(3));
    await pass(2000);
    expect(problems.map(({ againInMs }) => againInMs).slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect((await reader.get('types', id))?.version).toBe(2);
    state.failing = undefined;
    await pass(2000);
    expect((await reader.get('types', id))?.version).toBe(7);
    expect(await store.parked()).toEqual([]);
  });

  test('are opened again where they were lost', async () => {
    const { groups, id } = anAccount(3);
    const { append, pass, reader, state } = setUp();
    await append(groups.slice(0, 3));
    state.failing = new EngineError('views-corrupt', 'gone', { retryable: false });
    await append(groups.slice(3, 4));
    await pass(WINDOW_MS);
    state.failing = undefined;
    await pass(1000);
    expect(state.opened).toBeGreaterThan(1);
    expect((await reader.get('types', id))?.version).toBe(3);
  });

  test('stay where they are on an error that time does not mend, until they are stopped', async () => {
    const { groups } = anAccount(3);
    const { append, pass, source, problems } = setUp();
    await append([...groups.slice(0, 2), ...groups.slice(3)]);
    await pass(5000);
    expect(problems).toMatchObject([{ partition: 0, error: { code: 'position-gap' }, againInMs: null }]);
    await source.stop();
  });
});
