import { setTimeout as pause } from 'node:timers/promises';
import {
  type ForeignLog,
  type InputEnds,
  type InputOffsets,
  type Lane,
  type PartitionOwner,
} from '@orderloom/engine';
import { kafkaGeneration, type GenerationParts, type KafkaGeneration } from './kafka-generation.ts';

/** The partitions of all generations of topics, in this process. */
export type AllGenerations = {
  /** By index over all generations; grows with them. */
  readonly owners: readonly PartitionOwner[];
  readonly input: InputEnds;
  readonly idsElsewhere: KafkaGeneration['idsElsewhere'];
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const RETRY_MS = 500;

/** What all generations say of these lanes, one partition after the other. */
const joined = (lanes: readonly Lane[], of: readonly InputOffsets[]): InputOffsets =>
  Object.fromEntries(lanes.map((lane) => [lane, of.flatMap((offsets) => offsets[lane] ?? [])]));

/**
 * Opens the generations that there are, and later those that come. Deadlines wait for the lanes of all of them, so nothing
 * is said of ends before this process knows every generation that a command could have been sent to.
 */
export const allGenerations = async (parts: Omit<GenerationParts, 'foreign'>): Promise<AllGenerations> => {
  const { generations, onProblem } = parts;
  const opened: KafkaGeneration[] = [];
  const owners: PartitionOwner[] = [];
  const state = { started: false, stopped: false };
  const foreign = (index: number): ForeignLog => {
    const { generation, partition } = generations.places().placeOf(index);
    const found = opened[generation - 1];
    if (found === undefined) throw new RangeError(`generation ${String(generation)} is not open`);
    return found.foreignLog(partition);
  };
  const openNext = async (): Promise<void> => {
    const next = await kafkaGeneration({ ...parts, foreign }, opened.length + 1);
    opened.push(next);
    owners.push(...next.owners);
    if (state.started) await next.start();
  };
  const areAllOpen = (): boolean => opened.length === generations.places().generations;
  const openAll = async (): Promise<void> => {
    while (!state.stopped && !areAllOpen())
      try {
        await openNext();
      } catch (error) {
        onProblem(error);
        await pause(RETRY_MS);
      }
  };
  let opening: Promise<void> = Promise.resolve();
  while (!areAllOpen()) await openNext();
  generations.onChanged(() => {
    opening = opening.then(openAll);
    // Slots may be wanted elsewhere now.
    for (const owner of owners) owner.wake();
  });
  return {
    owners,
    idsElsewhere: () => opened.flatMap((one) => one.idsElsewhere()),
    input: {
      detours: () => generations.places().generations - 1,
      ends: async (lanes) => {
        // Before the ends: whoever has sent to a generation had read of it there.
        await generations.caughtUp();
        await opening;
        return joined(lanes, await Promise.all(opened.map((one) => one.ends(lanes))));
      },
      committed: async (lanes) => joined(lanes, await Promise.all(opened.map((one) => one.committed(lanes)))),
    },
    start: async () => {
      state.started = true;
      for (const one of opened) await one.start();
    },
    stop: async () => {
      state.stopped = true;
      await opening;
      await Promise.all(opened.map((one) => one.stop()));
    },
  };
};
