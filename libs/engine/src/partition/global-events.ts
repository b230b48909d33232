import type { RecordedEvent } from '@orderloom/decider';
import { followGlobal } from '../processor/following-globals.ts';
import type { Partition } from '../processor/partition.ts';

/** Events of the tenants' own streams, which every partition follows as a table; few, and all of them kept. */
export class GlobalEvents {
  readonly #events: RecordedEvent[] = [];
  readonly #told: (() => void)[] = [];

  add(events: readonly RecordedEvent[]): void {
    if (events.length === 0) return;
    this.#events.push(...events);
    for (const tell of this.#told) tell();
  }

  onAdded(tell: () => void): void {
    this.#told.push(tell);
  }

  /** Folds what came since `known` into a partition; gives the new count. Only between two groups. */
  follow(partition: Partition, known: number): number {
    for (let index = known; index < this.#events.length; index++) {
      const event = this.#events[index];
      if (event !== undefined) followGlobal(partition, event);
    }
    return this.#events.length;
  }
}
