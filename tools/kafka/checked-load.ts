// A shop on Kafka that is kept busy, and everything that its clients were told held against the log.
import { openEngine, untilDecided } from '@orderloom/distributed';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, type Engine } from '@orderloom/engine';
import { partitionTable } from '@orderloom/kafka';
import {
  checkHistory,
  recordHistory,
  type HistoryRecorder,
  type HistoryReport,
  type LogEvent,
} from '@orderloom/testing';
import { aLoad, type Load, type LoadOptions } from '../promises/load.ts';
import { registry } from '../promises/read-events.ts';
import type { Sender } from '../promises/sender.ts';
import { openingCommands, retailWords } from '../promises/shop-words.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';

const FAR = 86_400_000;

export type CheckedLoad = Load & {
  readonly history: HistoryRecorder;
  /** What its clients send with; whoever sends beside them waits for answers where they do. */
  readonly engine: Pick<Engine, 'send'>;
  /** Compares what clients were told with the log as it is now. */
  readonly check: (generations?: number) => Promise<HistoryReport>;
  readonly stop: () => Promise<void>;
};

type CheckedLoadOptions = Pick<LoadOptions, 'seed' | 'clients' | 'patienceMs'> & { readonly waitMs: number };

/** Logs that each keep their own order: those of the partitions, or of the slots where these have moved. */
const logsOf = (
  log: readonly LogEvent[],
  { partitions }: ProgramOptions,
  generations: number,
): readonly (readonly LogEvent[])[] => {
  const { partitionOf } = partitionTable(partitions);
  const logs = new Map<number, LogEvent[]>();
  for (const event of log) {
    const of = generations === 1 ? partitionOf(event.slot) : event.slot;
    const own = logs.get(of);
    if (own === undefined) logs.set(of, [event]);
    else own.push(event);
  }
  // Of equal numbers both stay, one after the other.
  if (generations > 1) for (const events of logs.values()) events.sort((a, b) => a.sequence - b.sequence);
  return [...logs.values()];
};

/**
 * One log out of several, by the time of recording: what an order follows was published before, somewhere.
 * O(events x logs).
 */
function* inOrder(all: readonly (readonly LogEvent[])[]): Generator<LogEvent> {
  const logs = all.map((events) => ({ events, next: 0 }));
  for (;;) {
    let earliest: (typeof logs)[0] | undefined;
    let least = Infinity;
    for (const one of logs) {
      const at = one.events[one.next]?.recordedAt ?? Infinity;
      if (at < least) [earliest, least] = [one, at];
    }
    const event = earliest?.events[earliest.next++];
    if (event === undefined) return;
    yield event;
  }
}

/** Opens the shop: its rules and its stock are there, its clients have not begun. */
export const checkedLoad = async (
  topics: ProgramOptions,
  { waitMs, ...playing }: CheckedLoadOptions,
): Promise<CheckedLoad> => {
  const { engine } = await openEngine({ ...exampleOptions(topics), waitMs });
  await untilDecided(() => ensureTenant(engine, 'main'));
  const history = recordHistory();
  const sender: Sender = {
    send: async (command) => {
      const result = await engine.send(commandRequest(command));
      // Whoever does not hear in time asks again under the same key.
      if (result.outcome === 'pending') throw new Error('pending');
      return result;
    },
  };
  const words = retailWords({ sealed: false });
  const load = aLoad({ sender, history, words, ...playing, opened: () => Promise.resolve(1) });
  await Promise.all(openingCommands(FAR).map((command) => load.insist(command)));
  return {
    ...load,
    history,
    engine,
    check: async (generations = 1) => {
      const log = await readLog(topics, undefined, generations);
      const logs = logsOf(log, topics, generations);
      return checkHistory({ history: history.entries(), log: inOrder(logs), registry });
    },
    stop: engine.stop,
  };
};
