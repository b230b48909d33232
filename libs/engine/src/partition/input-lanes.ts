import { LANES, type InputRecord, type Lane, type LaneOffsets } from '../ports/partition-port.ts';
import type { Lanes } from './decide-round.ts';
import { HeldLanes } from './held-lanes.ts';
import { LaneQueue } from './lane-queue.ts';
import { Ripening } from './ripening.ts';

/** The inputs of one partition: what waits, up to where it is decided, and which deadlines that has made ripe. */
export class InputLanes {
  readonly queues: Lanes = { internal: new LaneQueue(), commands: new LaneQueue(), bulk: new LaneQueue() };
  readonly held = new HeldLanes();
  readonly #ripening = new Ripening();

  get positions(): LaneOffsets {
    const { internal, commands, bulk } = this.queues;
    return { internal: internal.position, commands: commands.position, bulk: bulk.position };
  }

  /** Deadlines due then or before are ripe. */
  get ripeUntil(): number {
    return this.#ripening.until;
  }

  /** Whether a lane has been read further than is committed. */
  get haveComeToRest(): boolean {
    return LANES.some((lane) => this.queues[lane].position > this.queues[lane].next);
  }

  offer(lane: Lane, records: readonly InputRecord[]): void {
    this.queues[lane].offer(records);
  }

  readUpTo(lane: Lane, offset: number): void {
    this.queues[lane].readUpTo(offset);
    this.#ripening.look(this.queues);
  }

  /** Deadlines due at `at` are ripe when the lanes are decided up to `ends`, which were asked for after it. */
  ripenAt(at: number, ends: LaneOffsets): void {
    this.#ripening.ask(at, ends);
    this.#ripening.look(this.queues);
  }

  /** What was asked for deadlines has to be asked again. */
  askAgain(): void {
    this.#ripening.clear();
  }

  /** Where the partition was taken: what lies in front is decided. */
  beginAt(offsets: Partial<LaneOffsets>): void {
    for (const lane of LANES) {
      const offset = offsets[lane];
      if (offset !== undefined) this.queues[lane].decidedUpTo(offset);
    }
  }

  /** A step is durable: the lanes that it names have moved. */
  decidedUpTo(offsets: Partial<LaneOffsets>): void {
    this.beginAt(offsets);
    this.#ripening.look(this.queues);
  }

  /** Every lane is read again from what is committed. */
  readAgain(): void {
    for (const lane of LANES) this.queues[lane].clear();
    this.#ripening.clear();
    this.held.clear();
  }
}
