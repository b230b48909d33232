import type { Packing } from '../packing/packing.ts';
import type { AnyStreamType } from './any-stream-type.ts';

/**
 * How the states of one stream type are packed. What is asked of many streams at once stands in front of the packed
 * state, so that nothing is unpacked for it: when its deadline is due, and whether its business is done.
 */
export class PackedStates {
  /** Streams whose state is kept packed. */
  count = 0;
  readonly #type: AnyStreamType;
  readonly #packing: Packing;

  constructor(type: AnyStreamType, packing: Packing) {
    this.#type = type;
    this.#packing = packing;
  }

  /** `ordinal`: the stream's. */
  pack(state: unknown, ordinal: number): string {
    return this.#packing.pack(this.dueOf(state) * 2 + (this.isClosed(state) ? 1 : 0), state, ordinal);
  }

  unpack(packed: string): unknown {
    return this.#packing.unpack(packed);
  }

  dueIn(packed: string): number {
    return Math.floor(this.#packing.frontOf(packed) / 2);
  }

  wasClosed(packed: string): boolean {
    return this.#packing.frontOf(packed) % 2 === 1;
  }

  /** When the deadline that the state holds is due; 0: it holds none. */
  dueOf(state: unknown): number {
    return this.#type.nextDeadline?.(state)?.due ?? 0;
  }

  /** Whether business is done in a stream of that state, for the time being at least. */
  isClosed(state: unknown): boolean {
    const { closes, decider } = this.#type;
    return closes === 'never' ? false : (closes ?? decider.isTerminal)(state);
  }
}
