import type { Lane, LaneOffsets } from '../ports/partition-port.ts';
import { LANES } from '../ports/partition-port.ts';
import type { Lanes } from './decide-round.ts';

type Ask = { readonly at: number; readonly ends: LaneOffsets };

/**
 * What one partition knows of its deadlines: those due at `at` are ripe once its lanes are decided up to the ends that
 * were asked for after that instant.
 */
export class Ripening {
  #asks: Ask[] = [];
  #until = -Infinity;

  get until(): number {
    return this.#until;
  }

  /** The newest ask replaces the one before it, the oldest stays: a busy lane always has one that it will reach. */
  ask(at: number, ends: LaneOffsets): void {
    if (this.#asks.length > 1) this.#asks.pop();
    this.#asks.push({ at, ends });
  }

  /** To be called when lanes have moved. */
  look(lanes: Lanes): void {
    const isReached = ({ ends }: Ask): boolean =>
      LANES.every((lane: Lane) => lanes[lane].position >= ends[lane]);
    for (let first = this.#asks[0]; first !== undefined && isReached(first); first = this.#asks[0]) {
      this.#until = first.at;
      this.#asks.shift();
    }
  }

  /** The lanes are read again: what was asked has to be asked again. */
  clear(): void {
    this.#asks = [];
    this.#until = -Infinity;
  }
}
