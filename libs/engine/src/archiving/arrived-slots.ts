import { archiveUnavailable } from '../errors.ts';
import { splitFrames } from '../frames.ts';
import type { ArchiveReader } from '../ports/archive-store.ts';
import type { FrameParts } from '../ports/codec.ts';
import type { ArrivedSlot, StoredGroup } from '../ports/event-log.ts';
import type { Processor } from '../processor/processor.ts';
import { followForeignGroup } from '../processor/restoring.ts';
import { renumbering, type Renumber, type SchemaNumbering } from './renumbering.ts';

/** The archives of the other generations' partitions, where the slots of this one have been or may go. */
export type OtherArchives = {
  /** Whether a slot is this partition's in its own generation. */
  readonly belongs: (slot: number) => boolean;
  /** Partitions of the other generations that have slots of this one. They become more when the topics grow. */
  readonly partitions: () => readonly number[];
  /** As the archive is now, and what reads its frames; `undefined`: nothing is kept of it yet. */
  readonly open: (
    partition: number,
  ) => { readonly reader: ArchiveReader; readonly parts: FrameParts } | undefined;
};

export type ArrivedSlotsParts = {
  readonly others: OtherArchives;
  /** Of the archive that the slots have come to. */
  readonly numbering: SchemaNumbering;
  /** Follows the tenants' own streams: what the other archives hold may rest on what is new there. */
  readonly followGlobals: () => Promise<void>;
  /** The numbering may have grown. */
  readonly bind: () => void;
};

type Other = { readonly reader: ArchiveReader; readonly renumber: Renumber };

/**
 * What slots were before they came to a partition, out of the archives of those that they come from. Each slot's events
 * are folded by their sequence, whichever archive they stand in; what belongs here is folded on the way, come or not.
 */
export class ArrivedSlots {
  readonly #parts: ArrivedSlotsParts;
  readonly #foldedUpTo = new Map<number, number>();
  /** As they were when a slot came last: they have all that is older. */
  readonly #opened = new Map<number, Other>();

  constructor(parts: ArrivedSlotsParts) {
    this.#parts = parts;
  }

  /**
   * Folds everything that the openings follow. Throws `archive-unavailable` where it is not archived yet: the processor is
   * to be thrown away then.
   */
  async fold(processor: Processor, opened: readonly ArrivedSlot[]): Promise<void> {
    const { sequences } = processor.partition;
    const isBehind = ({ slot, afterSequence }: ArrivedSlot): boolean =>
      (sequences[slot] ?? 0) < afterSequence;
    if (!opened.some(isBehind)) return;
    this.#opened.clear();
    const others = this.#others();
    await this.#parts.followGlobals();
    for (let hasMoved = true; hasMoved && opened.some(isBehind);) {
      hasMoved = false;
      for (const [partition, other] of others)
        if (await this.#readOn(processor, partition, other)) hasMoved = true;
    }
    const missing = opened.find(isBehind);
    if (missing !== undefined)
      throw archiveUnavailable(
        `slot ${String(missing.slot)} has come from partition ${String(missing.from)}, whose archive does not hold it up to event ${String(missing.afterSequence)} yet`,
      );
  }

  /** Frames of a stream that stand in the other archives, each archive's in order. */
  framesOf(streamId: string): readonly Uint8Array[] {
    return [...this.#others().values()].flatMap(({ reader, renumber }) => {
      const frames = Buffer.concat(reader.readStream(streamId));
      return splitFrames(renumber({ first: 0, count: 0, frames }).frames);
    });
  }

  #others(): ReadonlyMap<number, Other> {
    const { others, numbering } = this.#parts;
    for (const partition of others.partitions()) {
      const found = this.#opened.has(partition) ? undefined : others.open(partition);
      if (found !== undefined)
        this.#opened.set(partition, { reader: found.reader, renumber: renumbering(found.parts, numbering) });
    }
    return this.#opened;
  }

  /** Folds what follows in one archive, as far as it may; false where that is nothing. */
  async #readOn(processor: Processor, partition: number, { reader, renumber }: Other): Promise<boolean> {
    const { others, bind } = this.#parts;
    const before = this.#foldedUpTo.get(partition) ?? 0;
    let upTo = before;
    for (const group of reader.read(before)) {
      if (!this.#mayFollow(processor, group)) break;
      const numbered = renumber(group);
      bind();
      await followForeignGroup(processor, numbered, others.belongs);
      upTo = group.first + group.count - 1;
    }
    this.#foldedUpTo.set(partition, upTo);
    return upTo > before;
  }

  /** Whether everything is folded that this group's slots have come here with. */
  #mayFollow({ partition: { sequences } }: Processor, { opened = [] }: StoredGroup): boolean {
    const { belongs } = this.#parts.others;
    return opened.every(
      ({ slot, afterSequence }) => !belongs(slot) || (sequences[slot] ?? 0) >= afterSequence,
    );
  }
}
