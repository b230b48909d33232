import type { Deadline } from '@orderloom/decider';
import { DeadlineHeap } from './deadline-heap.ts';
import type { StreamEntry } from './stream-entry.ts';
import type { StreamTable } from './streams.ts';
import type { TenantTimes } from './tenant-times.ts';

/** A deadline that its stream still holds, taken out of the heap. */
export type RipeDeadline = { readonly entry: StreamEntry; readonly deadline: Deadline };

const held = (entry: StreamEntry): Deadline | undefined => entry.type.definition.nextDeadline?.(entry.state);

/** Pending deadlines, one heap a tenant: each tenant has its own time. */
export class Deadlines {
  readonly #heaps = new Map<string, DeadlineHeap>();
  readonly #streams: StreamTable;
  /** Streams whose deadline the open group has given up. */
  #givenUp: StreamEntry[] = [];

  constructor(streams: StreamTable) {
    this.#streams = streams;
  }

  get tenants(): IterableIterator<string> {
    return this.#heaps.keys();
  }

  /** Number of entries, those included that their streams no longer hold. */
  get pending(): number {
    let sum = 0;
    for (const heap of this.#heaps.values()) sum += heap.size;
    return sum;
  }

  earliest(tenant: string): number {
    return this.#heaps.get(tenant)?.earliest ?? Infinity;
  }

  /** To be called when a stream's state has changed. */
  follow(entry: StreamEntry): void {
    if (entry.type.definition.nextDeadline === undefined) return;
    const due = entry.heldDue;
    if (due === entry.due) return;
    entry.due = due;
    if (due !== 0) this.#push(entry, due);
  }

  /** The stream is decided elsewhere from now on: what stands in the heap for it is passed over. */
  leave(entry: StreamEntry): void {
    entry.due = 0;
  }

  /** To be called when a stream's state was put back: what it holds may have been taken out meanwhile. */
  restore(entry: StreamEntry): void {
    if (entry.type.definition.nextDeadline === undefined) return;
    entry.due = entry.heldDue;
    if (entry.due !== 0) this.#push(entry, entry.due);
  }

  /** A ripe deadline whose command came to nothing: it is not tried again before its stream changes. */
  giveUp(entry: StreamEntry): void {
    entry.due = 0;
    this.#givenUp.push(entry);
  }

  savepoint(): number {
    return this.#givenUp.length;
  }

  /** Takes back what was given up since the savepoint. */
  undoTo(savepoint: number): void {
    for (const entry of this.#givenUp.splice(savepoint)) this.restore(entry);
  }

  /** The group is durable: what it gave up stays so. */
  forget(): void {
    this.#givenUp.length = 0;
  }

  /** The earliest deadline of the tenant due at `until` or before; it is out of the heap then. */
  takeRipe(tenant: string, until: number): RipeDeadline | undefined {
    const heap = this.#heaps.get(tenant);
    while (heap !== undefined && heap.size > 0 && heap.earliest <= until) {
      const { due, ordinal } = heap.pop();
      const entry = this.#streams.byOrdinal(ordinal);
      if (entry?.due !== due) continue;
      const deadline = held(entry);
      if (deadline?.due === due) return { entry, deadline };
    }
    return undefined;
  }

  #push(entry: StreamEntry, due: number): void {
    let heap = this.#heaps.get(entry.ref.tenant);
    if (heap === undefined) this.#heaps.set(entry.ref.tenant, (heap = new DeadlineHeap()));
    heap.push(due, entry.ordinal);
  }
}

/** When the wall clock has the next deadline due. A simulated tenant's may lie far behind it: those are not its to watch. */
export const earliestLive = (partition: {
  readonly deadlines: Deadlines;
  readonly times: TenantTimes;
}): number => {
  let earliest = Infinity;
  for (const tenant of partition.deadlines.tenants)
    if (partition.times.clockOf(tenant).mode === 'live')
      earliest = Math.min(earliest, partition.deadlines.earliest(tenant));
  return earliest;
};

/** Whether the tenant's simulated clock stands behind a deadline that has not fired, and that is awake. */
export const hasPassed = (
  { deadlines, times }: { readonly deadlines: Deadlines; readonly times: TenantTimes },
  tenant: string,
): boolean => {
  const clock = times.clockOf(tenant);
  return clock.mode === 'simulated' && clock.deadlines === 'awake' && deadlines.earliest(tenant) <= clock.now;
};
