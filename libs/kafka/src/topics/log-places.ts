import { SLOTS } from '@orderloom/decider';
import { EngineError } from '@orderloom/engine';
import { partitionTable, type PartitionTable } from './partition-table.ts';

/** A partition of the topics of one generation. */
export type Place = { readonly generation: number; readonly partition: number };

/**
 * Partitions of all generations numbered through: those of the first, then those of the next. A checkpoint, a log or an
 * owner that is called by such a number means the same for ever.
 */
export class LogPlaces {
  readonly #tables: readonly PartitionTable[];

  /** Partition counts of the generations, in order. */
  constructor(counts: readonly number[]) {
    this.#tables = counts.map(partitionTable);
  }

  get generations(): number {
    return this.#tables.length;
  }

  /** Number of partitions of all generations. */
  get partitions(): number {
    return this.#tables.reduce((sum, { partitions }) => sum + partitions, 0);
  }

  /** Throws `partition-count` where there is no such generation. */
  table(generation: number): PartitionTable {
    const table = this.#tables[generation - 1];
    if (table === undefined)
      throw new EngineError('partition-count', `there is no generation ${String(generation)} of topics`, {
        retryable: false,
      });
    return table;
  }

  numberOf({ generation, partition }: Place): number {
    return this.#tables
      .slice(0, generation - 1)
      .reduce((number, { partitions }) => number + partitions, partition);
  }

  placeOf(number: number): Place {
    let partition = number;
    for (const [before, { partitions }] of this.#tables.entries()) {
      if (partition < partitions) return { generation: before + 1, partition };
      partition -= partitions;
    }
    throw new RangeError(
      `there is no partition ${String(number)} in ${String(this.generations)} generations`,
    );
  }

  /** Partitions of the other generations that have slots of this one. O(generations x slots). */
  sharing(number: number): readonly number[] {
    const { generation } = this.placeOf(number);
    const shared = new Set<number>();
    for (let slot = 0; slot < SLOTS; slot++)
      if (this.partitionOf(slot, generation) === number)
        for (let other = 1; other <= this.generations; other++)
          if (other !== generation) shared.add(this.partitionOf(slot, other));
    return [...shared].sort((a, b) => a - b);
  }

  /** The partition that a slot is in, in one generation. */
  partitionOf(slot: number, generation: number): number {
    return this.numberOf({ generation, partition: this.table(generation).partitionOf(slot) });
  }
}
