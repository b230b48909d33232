import type { Comparison } from '../generations/comparing.ts';
import type { BesideState, Placement, PlacementStep } from '../generations/placement.ts';

/** Long work on the views that is under way; one at a time. */
export type ViewsWork = {
  readonly kind: 'rebuild' | 'compare' | 'swap';
  readonly generation: string;
  readonly phase: 'building' | 'comparing';
  /** Of `total` in this phase. */
  readonly done: number;
  readonly total: number;
};

/** How the last of it ended in this process. */
export type ViewsWorkEnd = Pick<ViewsWork, 'kind' | 'generation'> & {
  readonly result: 'equal' | 'differs' | 'swapped' | 'failed';
  readonly comparison: Comparison | null;
  /** Why it failed; `null` where it did not. */
  readonly reason: string | null;
};

export type ViewGenerationsReport = {
  readonly placement: Placement;
  /** Where the log ends. */
  readonly head: number;
  /** The live one first; `index`: up to where it shows the log. */
  readonly generations: readonly {
    readonly generation: string;
    readonly state: 'live' | BesideState;
    readonly index: number;
  }[];
  readonly work: ViewsWork | null;
  readonly last: ViewsWorkEnd | null;
};

/**
 * The generations of an engine's views, in an operator's hands. What takes long is begun, and `report` tells how it goes;
 * a rebuild that a killed process has left goes on by itself. Throws `views-busy` where other work is under way, and
 * what `placementAfter` throws.
 */
export type ViewGenerations = {
  readonly report: () => Promise<ViewGenerationsReport>;
  /** Builds a generation beside the live one, compares it, and swaps it where that is wanted and nothing differs. */
  readonly rebuild: (swaps: boolean) => Promise<void>;
  /** Compares a generation that is fed with a fresh fold of the log. */
  readonly compare: (generation: string) => Promise<void>;
  /** Compares the generation beside the live one, and makes it the live one where nothing differs. */
  readonly swap: () => Promise<void>;
  /** Makes the generation that was live before the live one again, at once. */
  readonly rollback: () => Promise<void>;
  /** Gives up the generation beside the live one. */
  readonly drop: () => Promise<void>;
};

/** Which generations of an engine's views there are, where several processes read and change it. */
export type PlacementRecord = {
  /** The placement of these folds; the first one where nobody has written it. */
  readonly read: () => Promise<Placement>;
  /**
   * Puts `next` in the place of the one that was read, durably before it is seen. Throws `placement-moved` (retryable)
   * where somebody else was quicker.
   */
  readonly replace: (next: Placement) => Promise<void>;
};

/** Where the generations of an engine's views are kept, and who feeds them. */
export type GenerationsPlace = {
  readonly placement: () => Placement | Promise<Placement>;
  /** Replaces the placement by the one behind the step, durably before it is seen. Throws what `placementAfter` throws. */
  readonly step: (step: PlacementStep) => Promise<void>;
  /** Up to which log index a generation shows the log. */
  readonly shownUpTo: (generation: string) => number | Promise<number>;
  /** Resolves when a generation may have advanced, or the signal aborts. */
  readonly advanced: (generation: string, signal: AbortSignal) => Promise<void>;
  /** Where the log ends. */
  readonly head: () => number | Promise<number>;
  /** Holds what a generation shows now against a fresh fold of the log. */
  readonly compare: (
    generation: string,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<Comparison>;
};
