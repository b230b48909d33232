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

/** The partition of the tenant's own stream first: what an order follows was published there before. */
const inOrder = (log: readonly LogEvent[], { partitions }: ProgramOptions): readonly LogEvent[] => {
  const { partitionOf } = partitionTable(partitions);
  const home = partitionOf(log.find(({ stream }) => stream.type === 'tenant')?.slot ?? 0);
  return [
    ...log.filter(({ slot }) => partitionOf(slot) === home),
    ...log.filter(({ slot }) => partitionOf(slot) !== home),
  ];
};

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
