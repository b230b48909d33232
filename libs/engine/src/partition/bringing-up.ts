import type { FollowedPartition, OwnedPartition } from '../ports/partition-port.ts';
import type { Processor } from '../processor/processor.ts';
import { followDeadlines } from '../processor/restoring.ts';
import { followPartition } from './follow-partition.ts';
import type { GlobalEvents } from './global-events.ts';
import type { SlotMover } from './slot-mover.ts';

/** How far a processor knows what stands beside its log: tenants' events, and reactions that wait for an operator. */
export class BringingUp {
  readonly #globals: GlobalEvents;
  readonly #mover: SlotMover;
  #globalsKnown = 0;
  #parkedKnown = 0;

  constructor(parts: { readonly globals: GlobalEvents; readonly mover: SlotMover }) {
    this.#globals = parts.globals;
    this.#mover = parts.mover;
  }

  /** The processor is a new one. */
  reset(): void {
    this.#globalsKnown = 0;
    this.#parkedKnown = 0;
    this.#mover.reset();
  }

  /** What tenants have decided meanwhile. Only between two groups. */
  follow({ partition }: Processor): void {
    this.#globalsKnown = this.#globals.follow(partition, this.#globalsKnown);
  }

  /** A step is durable that has parked so many. */
  parked(count: number): void {
    this.#parkedKnown += count;
  }

  /** Brings a processor, new or parked, to the end of the log. */
  async run(processor: Processor, log: OwnedPartition['log']): Promise<void> {
    this.follow(processor);
    for await (const entry of log.read(processor.head)) await this.#mover.take(processor, entry);
    followDeadlines(processor);
    // Of a tenant whose slot has left, what came later was passed over as this log's own: once more from the beginning.
    this.#globalsKnown = this.#globals.follow(processor.partition, 0);
    const parked = log.parked();
    for (const { handler, stream } of parked.slice(this.#parkedKnown))
      processor.partition.parkedAt.add(handler, stream);
    this.#parkedKnown = parked.length;
  }

  /** Keeps the processor of a partition that is somebody else's near the end of its log. */
  standBy(processor: Processor, followed: FollowedPartition, isOver: () => boolean): Promise<void> {
    return followPartition(processor, followed, {
      takeGlobals: () => {
        this.follow(processor);
      },
      take: (entry) => this.#mover.take(processor, entry),
      isOver,
    });
  }
}
