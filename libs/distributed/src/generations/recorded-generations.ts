import { setTimeout as delay } from 'node:timers/promises';
import {
  placementAfter,
  RunningGenerations,
  unrecorded,
  type Checkpoint,
  type GenerationsPlace,
  type Placement,
  type PlacementRecord,
  type PlacementStep,
  type ShownViews,
} from '@orderloom/engine';
import type { DistributedOptions } from '../parts.ts';
import { comparedWithLog } from './compared-with-log.ts';

const LOOK_EVERY_MS = 200;

/** One store of views that other processes write. */
export type RecordedStore = {
  readonly record: PlacementRecord;
  readonly shownUpTo: (generation: string) => Promise<number>;
  readonly shown: (generation: string) => Promise<ShownViews>;
  /** Deletes what is fed no more; no process makes it again. */
  readonly deleteGivenUp: (placement: Placement) => Promise<void>;
};

/** The generations of an engine's views where a record names them and other processes feed those that it names. */
export const recordedGenerations = (
  options: DistributedOptions,
  store: RecordedStore,
): RunningGenerations => {
  const { onProblem = () => undefined } = options;
  return new RunningGenerations({
    place: placeOf(options, store),
    recordOf: () => unrecorded,
    onProblem: (message) => {
      onProblem(new Error(message));
    },
  });
};

const placeOf = (
  options: DistributedOptions,
  { record, shownUpTo, shown, deleteGivenUp }: RecordedStore,
): GenerationsPlace => ({
  placement: record.read,
  step: async (asked: PlacementStep) => {
    const before = await record.read();
    const next = placementAfter(before, asked);
    if (next === before) return;
    await record.replace(next);
    // What an earlier process did not come to delete goes too.
    if (asked.kind === 'rebuild' || asked.kind === 'drop') await deleteGivenUp(next);
  },
  shownUpTo,
  advanced: async (_, signal) => {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  },
  // What the live generation shows: the log itself may be ahead of every view for as long as nobody projects.
  head: async () => shownUpTo((await record.read()).live),
  compare: async (generation, onProgress, signal) =>
    comparedWithLog(options, await shown(generation), { onProgress, signal }),
});

/** The checkpoints of all parts as one: a slot is in one part at a time, and its sequence goes on where it moves to. */
export const sumOf = (
  checkpoints: readonly (Checkpoint | undefined)[],
): Pick<ShownViews, 'index' | 'sequences'> => ({
  index: checkpoints.reduce((sum, checkpoint) => sum + (checkpoint?.index ?? 0), 0),
  sequences: checkpoints.reduce<readonly number[]>(
    (most, checkpoint) =>
      checkpoint === undefined
        ? most
        : Array.from(checkpoint.sequences, (sequence, slot) => Math.max(sequence, most[slot] ?? 0)),
    [],
  ),
});
