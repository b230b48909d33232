import { logCorrupt, logUnavailable } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import { isMove, type LogEntry, type PartitionLog, type SlotOpened } from '../ports/slot-moves.ts';
import type { Processor } from '../processor/processor.ts';
import { followForeignGroup, followGroup } from '../processor/restoring.ts';
import type { OpenSlots } from './open-slots.ts';

/** A log of another partition, of any generation. */
export type ForeignLog = PartitionLog & { readonly parked: () => Promise<ReturnType<EventLog['parked']>> };

export type SlotHistoriesParts = {
  /** This partition. */
  readonly index: number;
  readonly slots: OpenSlots;
  readonly foreign: (partition: number) => ForeignLog;
  readonly clock: Clock;
};

type Cursor = { readonly log: ForeignLog; index: number; parked: number };

/** A log may show the end of what was committed a moment later than another one does: looked at so often, ms apart. */
const LOOKS = 250;
const LOOK_MS = 20;

/**
 * Builds the state of one partition out of its own log and of those that its slots have come from. An opening says what
 * has to be read before what stands behind it, so each slot is folded in its order, wherever it has been.
 * A log that has been read is read on from there, never further than an opening asks for: all of its slots that belong
 * here are folded on the way, opened or not.
 */
export class SlotHistories {
  readonly #parts: SlotHistoriesParts;
  readonly #cursors = new Map<number, Cursor>();

  constructor(parts: SlotHistoriesParts) {
    this.#parts = parts;
  }

  /** The processor is another one, and knows nothing. */
  reset(): void {
    this.#cursors.clear();
  }

  /** Folds what stands next in the partition's own log. */
  async take(processor: Processor, entry: LogEntry): Promise<void> {
    if (!isMove(entry)) return followGroup(processor, entry);
    if (entry.kind === 'opened') await this.before(processor, entry);
    this.#parts.slots.apply(entry);
  }

  /** Folds everything that an opening follows. Throws `log-corrupt` where the slot does not stand where it says then. */
  async before(processor: Processor, { slot, from, fromIndex, afterSequence }: SlotOpened): Promise<void> {
    await this.#reach(processor, from, fromIndex);
    const known = processor.partition.sequences[slot] ?? 0;
    // A move that comes again finds the slot further on.
    if (known < afterSequence)
      throw logCorrupt(
        `partition ${String(this.#parts.index)}: slot ${String(slot)} was opened behind event ${String(afterSequence)}, ` +
          `but the log that it comes from holds it up to ${String(known)}`,
      );
  }

  async #reach(processor: Processor, partition: number, index: number): Promise<void> {
    // What was in this log before the slot left it stands in front of where it came back.
    if (partition === this.#parts.index) return;
    const cursor = this.#cursorOf(partition);
    if (cursor.index >= index) return;
    for (let looked = 0; cursor.index < index; looked++) {
      if (looked >= LOOKS)
        throw logUnavailable(
          `partition ${String(partition)} does not show event ${String(index)} of its log yet`,
        );
      if (looked > 0) await new Promise<void>((done) => this.#parts.clock.after(LOOK_MS, done));
      await this.#readOn(processor, cursor, index);
    }
    // Nothing is parked but with an event.
    const parked = await cursor.log.parked();
    for (const one of parked.slice(cursor.parked)) processor.partition.parkedAt.add(one.handler, one.stream);
    cursor.parked = parked.length;
  }

  #cursorOf(partition: number): Cursor {
    const known = this.#cursors.get(partition);
    if (known !== undefined) return known;
    const cursor = { log: this.#parts.foreign(partition), index: 0, parked: 0 };
    this.#cursors.set(partition, cursor);
    return cursor;
  }

  async #readOn(processor: Processor, cursor: Cursor, index: number): Promise<void> {
    const { slots } = this.#parts;
    const belongs = (slot: number): boolean => slots.belongs(slot);
    for await (const entry of cursor.log.read(cursor.index)) {
      if (!isMove(entry)) {
        await followForeignGroup(processor, entry, belongs);
        cursor.index = entry.first + entry.count - 1;
        if (cursor.index >= index) return;
      } else if (entry.kind === 'opened' && belongs(entry.slot))
        await this.#reach(processor, entry.from, entry.fromIndex);
    }
  }
}
