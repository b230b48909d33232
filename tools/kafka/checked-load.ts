// A shop on Kafka that is kept busy, and everything that its clients were told held against the log.
import { openEngine } from '@orderloom/distributed';
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
import { aLoad, type Load } from '../promises/load.ts';
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
  readonly check: () => Promise<HistoryReport>;
  readonly stop: () => Promise<void>;
};

/**
 * One log out of those of the partitions, by the time of recording: what an order follows was published before, somewhere.
 * Each partition keeps its own order. O(events x partitions).
 */
function* inOrder(log: readonly LogEvent[], { partitions }: ProgramOptions): Generator<LogEvent> {
  const { partitionOf } = partitionTable(partitions);
  const logs = Array.from({ length: partitions }, () => ({ events: [] as LogEvent[], next: 0 }));
  for (const event of log) logs[partitionOf(event.slot)]?.events.push(event);
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
  { seed, waitMs, clients }: { readonly seed: number; readonly waitMs: number; readonly clients: number },
): Promise<CheckedLoad> => {
  const { engine } = await openEngine({ ...exampleOptions(topics), waitMs });
  await ensureTenant(engine, 'main');
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
  const load = aLoad({ sender, history, words, seed, clients, opened: () => Promise.resolve(1) });
  await Promise.all(openingCommands(FAR).map((command) => load.insist(command)));
  return {
    ...load,
    history,
    engine,
    check: async () =>
      checkHistory({ history: history.entries(), log: inOrder(await readLog(topics), topics), registry }),
    stop: engine.stop,
  };
};
