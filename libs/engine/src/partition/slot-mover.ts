import type { Clock } from '../clock.ts';
import type { PartitionStep } from '../ports/partition-port.ts';
import type { LogEntry, SlotClosed, SlotMove, SlotOpened } from '../ports/slot-moves.ts';
import type { Processor } from '../processor/processor.ts';
import type { LaneQueue } from './lane-queue.ts';
import type { OpenSlots } from './open-slots.ts';
import { SlotHistories, type ForeignLog } from './slot-histories.ts';

/** How slots come to a partition and leave it. */
export type SlotMoving = {
  readonly slots: OpenSlots;
  readonly foreign: (partition: number) => ForeignLog;
  /** The partition that each slot is to be in; `undefined`: they are where they are wanted. Asked at each step. */
  readonly wantedAt: () => ((slot: number) => number) | undefined;
};

/** Slots that are given away at a time: a few, so that each is away for a moment only. */
const CLOSED_A_STEP = 8;

/**
 * Gives slots away and takes them, each in a step of its own, so that whoever takes the partition over finds in the log
 * either that it happened or that it did not. A slot that is given away is closed here and announced there in one
 * transaction; it is opened there when its events have been folded, and decided by nobody in between.
 */
export class SlotMover {
  readonly #moving: SlotMoving;
  readonly #histories: SlotHistories;
  readonly #index: number;

  constructor(parts: { readonly index: number; readonly moving: SlotMoving; readonly clock: Clock }) {
    const { index, clock, moving } = parts;
    this.#moving = moving;
    this.#index = index;
    this.#histories = new SlotHistories({ index, clock, slots: moving.slots, foreign: moving.foreign });
  }

  /** The processor is a new one. */
  reset(): void {
    this.#moving.slots.reset();
    this.#histories.reset();
  }

  /** Folds what stands next in the partition's log, slots that come and go included. */
  take(processor: Processor, entry: LogEntry): Promise<void> {
    return this.#histories.take(processor, entry);
  }

  /** The next step that moves slots; `undefined`: none is to be moved. */
  async next(processor: Processor, internal: LaneQueue): Promise<PartitionStep | undefined> {
    const opened = await this.#opened(processor, internal);
    if (opened !== undefined) return opened;
    const closed = this.#closed(processor);
    return closed.length === 0 ? undefined : stepOf(processor, closed, {});
  }

  /** The step is durable. */
  passed({ partition }: Processor, { moves }: PartitionStep): void {
    for (const move of moves) this.#moving.slots.apply(move);
    const moved = new Set(moves.map(({ slot }) => slot));
    for (const entry of partition.streams.values())
      if (moved.has(entry.slot))
        if (partition.owns(entry.slot)) partition.deadlines.follow(entry);
        else partition.deadlines.leave(entry);
  }

  /** What has been announced at the front of the internal lane, once it has been folded. */
  async #opened(processor: Processor, internal: LaneQueue): Promise<PartitionStep | undefined> {
    const opened: SlotOpened[] = [];
    let behind = 0;
    for (
      let next = internal.at(0);
      next !== undefined && 'kind' in next.input;
      next = internal.at(opened.length)
    ) {
      await this.#histories.before(processor, next.input);
      // The lane may have been emptied meanwhile, to be read again.
      if (next !== internal.at(opened.length)) return undefined;
      opened.push(next.input);
      behind = next.offset + 1;
    }
    return opened.length === 0 ? undefined : stepOf(processor, opened, { internal: behind });
  }

  #closed({ partition, head }: Processor): SlotClosed[] {
    const { slots, wantedAt } = this.#moving;
    const partitionOf = wantedAt();
    if (partitionOf === undefined || slots.size === 0) return [];
    return slots
      .open()
      .slice(0, CLOSED_A_STEP)
      .map((slot) => {
        const lastSequence = partition.sequences[slot] ?? 0;
        return {
          ...{ kind: 'closed', slot, lastSequence, to: partitionOf(slot) },
          ...this.#lastOf(slot, lastSequence, head),
        };
      });
  }

  /**
   * Where the slot's last event is. A slot to which nothing has happened here goes on as it came: no event stands behind
   * its opening here, so whoever reads this log up to an event may not have met it.
   */
  #lastOf(slot: number, lastSequence: number, head: number): Pick<SlotClosed, 'lastIn' | 'lastIndex'> {
    const came = this.#moving.slots.cameWith(slot);
    return came?.afterSequence === lastSequence
      ? { lastIn: came.from, lastIndex: came.fromIndex }
      : { lastIn: this.#index, lastIndex: head };
  }
}

const stepOf = (
  { head }: Processor,
  moves: readonly SlotMove[],
  offsets: PartitionStep['offsets'],
): PartitionStep => ({
  ...{ first: head + 1, count: 0, frames: new Uint8Array(0) },
  ...{ outbound: [], deadLetters: [], parked: [], sources: [], replies: [], progress: [] },
  ...{ offsets, moves },
});
