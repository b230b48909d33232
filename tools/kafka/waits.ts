// How long commands wait that are decided by chosen partitions.
import { slotOf } from '@orderloom/decider';
import type { CommandRequest, Engine } from '@orderloom/engine';
import { partitionTable } from '@orderloom/kafka';
import { receiveStock } from './shop.ts';

/** ms from one command to the next, whether or not the last one was answered. */
const PAUSE_MS = 25;
const SHARE = 0.99;

/** An article in each of the partitions. */
const articlesIn = (partitions: readonly number[], of: number): readonly string[] => {
  const { partitionOf } = partitionTable(of);
  const keys = Array.from({ length: 64 * of }, (_, n) => `probe-${String(n)}@WH1`);
  return partitions.flatMap(
    (wanted) => keys.find((key) => partitionOf(slotOf('main', key)) === wanted) ?? [],
  );
};

const received = (key: string, reference: string): CommandRequest =>
  receiveStock(key, reference, `${reference}-${key}`);

/** Asks until it is told what became of the command. */
const insist = async (engine: Pick<Engine, 'send'>, command: CommandRequest): Promise<void> => {
  for (;;) {
    const { outcome, commandId, rejection } = await engine.send(command);
    if (outcome === 'accepted' || outcome === 'duplicate') return;
    if (outcome !== 'pending' && rejection?.code !== 'log-unavailable')
      throw new Error(`${commandId} was answered ${outcome}`);
  }
};

/** Resolves when each partition has decided a command that was sent now. */
export const untilAllDecide = async (
  engine: Pick<Engine, 'send'>,
  { of, run }: { readonly of: number; readonly run: string },
): Promise<void> => {
  const partitions = Array.from({ length: of }, (_, partition) => partition);
  await Promise.all(articlesIn(partitions, of).map((key) => insist(engine, received(key, run))));
};

export type Waits = {
  /** Sends nothing more. */
  readonly stop: () => void;
  /** When all are answered: the wait that 99 of 100 stay below, ms. */
  readonly p99: () => Promise<number>;
};

/** Receives stock, one piece after the other, by steady time: a command that waits holds no other up. */
export const measureWaits = (
  engine: Pick<Engine, 'send'>,
  { partitions, of }: { readonly partitions: readonly number[]; readonly of: number },
): Waits => {
  const keys = articlesIn(partitions, of);
  const waits: number[] = [];
  const underWay: Promise<void>[] = [];
  const send = async (n: number): Promise<void> => {
    const began = performance.now();
    await insist(engine, received(keys[n % keys.length] ?? '', `probe-${String(n)}`));
    waits.push(performance.now() - began);
  };
  let sent = 0;
  const timer = setInterval(() => underWay.push(send(sent++)), PAUSE_MS);
  return {
    stop: () => clearInterval(timer),
    p99: async () => {
      await Promise.all(underWay);
      return [...waits].sort((a, b) => a - b)[Math.ceil(waits.length * SHARE) - 1] ?? 0;
    },
  };
};
