import { SLOTS } from '@orderloom/decider';
import type { ArrivedSlot } from '../ports/event-log.ts';
import type { SlotMove } from '../ports/slot-moves.ts';

export type OpenSlotsParts = {
  /** Whether the slot is this partition's in its own generation of topics. */
  readonly belongs: (slot: number) => boolean;
  /** The partition of the generation before that has the slot until it is opened here; none for the first generation. */
  readonly before?: ((slot: number) => number) | undefined;
};

const OPEN = 1;
const NEVER_OPENED = -1;

/**
 * Which of a partition's slots it decides. In the first generation all of them, until they are closed; later none, until
 * they are opened. A slot that is not open is decided by nobody here: its commands go to where it is.
 */
export class OpenSlots {
  readonly #parts: OpenSlotsParts;
  readonly #open = new Uint8Array(SLOTS);
  readonly #closedTo = new Int32Array(SLOTS);
  readonly #came = new Map<number, ArrivedSlot>();
  #size = 0;

  constructor(parts: OpenSlotsParts) {
    this.#parts = parts;
    this.reset();
  }

  /** As the log begins. */
  reset(): void {
    this.#closedTo.fill(NEVER_OPENED);
    this.#came.clear();
    for (let slot = 0; slot < SLOTS; slot++)
      this.#open[slot] = this.#parts.before === undefined && this.#parts.belongs(slot) ? OPEN : 0;
    this.#size = this.open().length;
  }

  /** How many are open. */
  get size(): number {
    return this.#size;
  }

  belongs(slot: number): boolean {
    return this.#parts.belongs(slot);
  }

  isOpen(slot: number): boolean {
    return this.#open[slot] === OPEN;
  }

  apply(move: SlotMove): void {
    const open = move.kind === 'opened' ? OPEN : 0;
    this.#size += open - (this.#open[move.slot] ?? 0);
    this.#open[move.slot] = open;
    if (move.kind === 'closed') this.#closedTo[move.slot] = move.to;
    else this.#came.set(move.slot, move);
  }

  /** How the slot came here last; `undefined`: it was here from the beginning. */
  cameWith(slot: number): ArrivedSlot | undefined {
    return this.#came.get(slot);
  }

  /** Where the slot has gone, or has not come from yet; `undefined`: it is not this partition's, or it is open here. */
  whereIs(slot: number): number | undefined {
    if (!this.#parts.belongs(slot) || this.isOpen(slot)) return undefined;
    const to = this.#closedTo[slot] ?? NEVER_OPENED;
    return to === NEVER_OPENED ? this.#parts.before?.(slot) : to;
  }

  /** Those that are open. O(slots). */
  open(): number[] {
    return Array.from(this.#open.keys()).filter((slot) => this.isOpen(slot));
  }
}
