import { slotOf, type Registry, type StreamRef } from '@orderloom/decider';
import type { CommandResult } from '@orderloom/engine';
import { recordedEvent } from '../given-view.ts';
import { checkHistory, type CheckOptions, type HistoryReport } from '../history/check.ts';
import type { HistoryEntry } from '../history/entries.ts';
import type { LogEvent } from '../history/log-book.ts';

// Runs written by hand, event by event and call by call: what the history checker is checked with.

/** A boiler is built, filled and drained; it may hold a deadline to whistle, and one event breaks its fold. */
type Boiler = { readonly water: number; readonly due: number };
const boiler = {
  name: 'boiler',
  foldId: 'boiler-1',
  slotOf: (tenant: string, key: string) => slotOf(tenant, key),
  decider: {
    initialState: { water: 0, due: 0 } satisfies Boiler,
    decide: () => ({ outcome: 'accepted', events: [] }) as const,
    evolve: (state: Boiler, event: { type: string; data: object }): Boiler => {
      if (event.type === 'Exploded') throw new Error('no boiler left');
      if (event.type === 'Whistled') return { ...state, due: 0 };
      return { water: state.water + 1, due: (event.data as { due?: number }).due ?? state.due };
    },
    isTerminal: () => false,
  },
  commands: { Build: { emits: ['Built'], creates: { slotKey: () => '' } }, Fill: { emits: ['Filled'] } },
  explain: () => ({ status: {}, allowedCommands: [], mayRefuse: [] }),
  nextDeadline: ({ due }: Boiler) =>
    due === 0 ? undefined : { name: 'whistle', due, command: { type: 'Whistle', data: {} } },
};
const registry: Registry = {
  types: [boiler],
  global: { type: 'tenant', clockOf: () => ({ mode: 'live' }), exists: () => true, createdBy: [] },
  declaredCycles: [],
};
const legal: CheckOptions['legal'] = (state, event) =>
  event.type === 'Filled' && (state as Boiler).water === 0 ? 'filled before it was built' : undefined;

export const stream = (key: string): StreamRef => ({ tenant: 'main', type: 'boiler', key });
export const b1 = stream('b1');

/** A log that keeps every rule, event by event, unless `wrong` says otherwise. */
const aLog = () => {
  const log: LogEvent[] = [];
  const count = (pick: (event: LogEvent) => boolean): number => log.filter(pick).length;
  const add = (of: StreamRef, type: string, commandId: string, wrong: Partial<LogEvent> = {}): void => {
    const before = log.findLast((event) => event.stream.key === of.key);
    const slot = slotOf(of.tenant, of.key);
    const right = recordedEvent(
      { type, data: {} },
      { stream: of, version: (before?.version ?? 0) + 1, recordedAt: 1_000 + log.length, commandId, slot },
    );
    const sequence = count((event) => event.slot === slot) + 1;
    log.push({
      ...right,
      sequence,
      prev: before?.identity ?? '',
      identity: `#${String(log.length)}`,
      ...wrong,
    });
  };
  return { log, add };
};

/** A history told call by call; every call takes two ticks unless it overlaps. */
export const aHistory = () => {
  const entries: HistoryEntry[] = [];
  let at = 0;
  let ops = 0;
  const next = (): { at: number; client: string } => ({ at: (at += 1), client: 'c' });
  const begin = (
    commandId: string,
    of = b1,
    expectedVersion: number | null = null,
    mayBeRefused = false,
  ): number => {
    const operation = {
      kind: 'command',
      commandId,
      stream: of,
      type: 'Fill',
      expectedVersion,
      mayBeRefused,
    } as const;
    entries.push({ ...next(), kind: 'invoke', op: (ops += 1), operation });
    return ops;
  };
  const end = (
    op: number,
    outcome: Exclude<CommandResult['outcome'], 'pending'>,
    version: number,
    of = b1,
  ): void => {
    const slot = slotOf(of.tenant, of.key);
    const position = outcome === 'accepted' ? { slot, sequence: 1 } : null;
    entries.push({
      ...next(),
      kind: 'answer',
      op,
      answer: { outcome, stream: of, version, position, code: null },
    });
  };
  const call = (
    commandId: string,
    outcome: Exclude<CommandResult['outcome'], 'pending'>,
    version: number,
    expected: number | null = null,
  ): void => end(begin(commandId, b1, expected), outcome, version);
  const read = (version: number): void => {
    entries.push({ ...next(), kind: 'invoke', op: (ops += 1), operation: { kind: 'read', stream: b1 } });
    entries.push({ ...next(), kind: 'read', op: ops, version });
  };
  const fault = (state: 'begin' | 'end') =>
    void entries.push({ ...next(), kind: 'fault', name: 'kill', state });
  return { entries, begin, end, call, read, fault };
};

/** Two boilers, four commands, all as it should be. */
export const aGoodRun = () => {
  const { log, add } = aLog();
  const history = aHistory();
  add(b1, 'Built', 'build');
  add(b1, 'Filled', 'fill-1');
  add(stream('b2'), 'Built', 'build-2');
  add(b1, 'Filled', 'fill-2');
  history.call('build', 'accepted', 1);
  history.call('fill-1', 'accepted', 2, 1);
  history.end(history.begin('build-2', stream('')), 'accepted', 1, stream('b2'));
  history.call('fill-2', 'accepted', 3);
  return { log, add, history };
};
export type Run = ReturnType<typeof aGoodRun>;
export const check = (run: Run, more: Partial<CheckOptions> = {}): HistoryReport =>
  checkHistory({ history: run.history.entries, log: run.log, registry, legal, ...more });
