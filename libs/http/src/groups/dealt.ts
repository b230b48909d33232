import type { EventPartition, PartitionTask } from '@orderloom/engine';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The partitions of the log that a group has dealt to one of its members, which changes as members come and go. */
export class Dealt {
  readonly #partitions = new Map<number, EventPartition>();
  #hand = new AbortController();

  /** Holds a partition for as long as it is this member's: what the group's source is run with. */
  readonly hold: PartitionTask = async (partition, signal) => {
    this.#partitions.set(partition.partition, partition);
    this.dealAnew();
    await untilAborted(signal);
    // It may have come back meanwhile.
    if (this.#partitions.get(partition.partition) === partition) this.#partitions.delete(partition.partition);
    this.dealAnew();
  };

  get partitions(): readonly EventPartition[] {
    return [...this.#partitions.values()];
  }

  /** Asked anew after each wait. */
  isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  /** Aborts with the next change. */
  get changed(): AbortSignal {
    return this.#hand.signal;
  }

  /** Ends whatever was begun with the partitions as they are. */
  dealAnew(): void {
    const before = this.#hand;
    this.#hand = new AbortController();
    before.abort();
  }
}
