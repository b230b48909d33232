import type { Group } from './ports/event-log.ts';
import type { SnapshotStore } from './ports/snapshot-store.ts';
import type { Processor } from './processor/processor.ts';
import { freezeState } from './processor/snapshots.ts';

/** A snapshot is taken when this much was written since the last: what a start after a kill has to read at most. */
export type SnapshotPace = { readonly events: number; readonly bytes: number };

const PACE: SnapshotPace = { events: 200_000, bytes: 128 * 1024 * 1024 };
/** Rest after each part, times the time that it took: one fifth of the main thread while a snapshot is taken. */
const REST = 4;
/** Rest after each snapshot, times the time that it took: one fiftieth on the whole, however large the state. */
const LONG_REST = 49;

export type SnapshotTakingParts = {
  readonly processor: Processor;
  readonly store: SnapshotStore;
  readonly pace?: SnapshotPace | undefined;
  /** Told why a snapshot could not be kept; the one before still counts, and the next is tried in time. */
  readonly onProblem: (message: string) => void;
};

class Abandoned extends Error {}

/**
 * Takes snapshots while the engine runs. The state is frozen between two groups, and written part by part with the
 * groups going on in between: no caller waits for more than one part.
 */
export class SnapshotTaking {
  /** Index of the last event that the last snapshot holds. */
  index: number;
  readonly #parts: SnapshotTakingParts;
  readonly #pace: SnapshotPace;
  #bytes = 0;
  #worked = 0;
  #restsUntil = 0;
  #taking: Promise<void> | undefined;
  #isStopped = false;

  /** `index`: where the snapshot ends from which the processor was filled; 0 for none. */
  constructor(parts: SnapshotTakingParts, index: number) {
    this.#parts = parts;
    this.#pace = parts.pace ?? PACE;
    this.index = index;
  }

  /** To be called when a group is durable and none is open. */
  passed(group: Group): void {
    this.#bytes += group.frames.byteLength;
    if (this.#taking !== undefined || this.#isStopped || performance.now() < this.#restsUntil) return;
    const events = this.#parts.processor.head - this.index;
    if (events < this.#pace.events && this.#bytes < this.#pace.bytes) return;
    this.#taking = this.#take().finally(() => {
      this.#taking = undefined;
    });
  }

  /** Gives up the snapshot under way; none is taken any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#taking;
  }

  /** The state as the engine leaves it, after `stop`. Rejects where it could not be kept. */
  async takeLast(): Promise<void> {
    const { processor, store } = this.#parts;
    const frozen = freezeState(processor);
    await store.save(frozen.head, frozen.parts());
    frozen.release();
  }

  async #take(): Promise<void> {
    const { processor, store, onProblem } = this.#parts;
    const frozen = freezeState(processor);
    this.#bytes = 0;
    this.#worked = 0;
    try {
      await store.save(frozen.head, this.#slowly(frozen.parts()));
      this.index = frozen.head.index;
    } catch (error) {
      if (!(error instanceof Abandoned)) onProblem(`no snapshot: ${(error as Error).message}`);
    }
    frozen.release();
    this.#restsUntil = performance.now() + this.#worked * LONG_REST;
  }

  async *#slowly(parts: Generator<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#isStopped) throw new Abandoned();
      const began = performance.now();
      const part = parts.next();
      const took = performance.now() - began;
      if (part.done === true) return;
      this.#worked += took;
      yield part.value;
      await new Promise((resolve) => setTimeout(resolve, took * REST));
    }
  }
}
