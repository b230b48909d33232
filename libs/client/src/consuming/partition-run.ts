import { streamIdOf } from '@orderloom/decider';
import type { OwnedProgress, ParkedEvent } from '@orderloom/engine';
import { pause, type Ending } from './attempts.ts';
import type { Incoming, IncomingEvent, IncomingPartition } from './following.ts';
import { LowWater } from './low-water.ts';

export type RunParts = {
  readonly group: string;
  /** Whether the group is handed this event at all. */
  readonly wants: (event: IncomingEvent) => boolean;
  readonly handle: (event: IncomingEvent, stopping: AbortSignal) => Promise<Ending>;
  readonly onParked: (parked: ParkedEvent) => void;
};

/** Events read and not handled yet; and how far reading may be ahead of the oldest of them. */
const MOST_WAITING = 1_000;
const FURTHEST_AHEAD = 20_000;
/** Progress is kept at most so often: what was handled since is handled again after a crash. */
const KEEP_EVERY_MS = 100;
const BEHIND_PARKED = 'an earlier event of the stream is parked';

/** One partition from its progress on, until `stopping` aborts: streams side by side, each in order. */
export class PartitionRun {
  readonly #parts: RunParts;
  readonly #own: OwnedProgress;
  readonly #partition: IncomingPartition;
  readonly #failed = new AbortController();
  readonly #stopping: AbortSignal;
  readonly #tails = new Map<string, Promise<void>>();
  readonly #parkedStreams: Set<string>;
  readonly #water: LowWater;
  #newlyParked: ParkedEvent[] = [];
  #read: number;
  #kept: number;
  #waiting = 0;
  #moved: () => void = () => undefined;

  constructor(parts: RunParts, partition: IncomingPartition, own: OwnedProgress, stopping: AbortSignal) {
    this.#parts = parts;
    this.#partition = partition;
    this.#own = own;
    this.#stopping = AbortSignal.any([stopping, this.#failed.signal]);
    this.#parkedStreams = new Set(
      [...own.parked, ...(own.parkedElsewhere ?? [])].map(({ streamId }) => streamId),
    );
    this.#water = new LowWater(own.index);
    this.#read = this.#kept = own.index;
  }

  /** Returns when it was stopped and everything that had begun has ended. Throws what keeps it from going on. */
  async run(): Promise<void> {
    const keeping = this.#keepOn();
    // It is awaited at the end; until then nobody listens.
    keeping.catch(() => undefined);
    this.#stopping.addEventListener('abort', () => this.#moved(), { once: true });
    try {
      const arrived = (parked: readonly ParkedEvent[]): void => {
        for (const { streamId } of parked) this.#parkedStreams.add(streamId);
      };
      for await (const batch of this.#partition.read(this.#read, this.#stopping, arrived))
        for (const incoming of batch) await this.#take(incoming);
    } finally {
      if (!this.#stopping.aborted) this.#failed.abort();
      await keeping;
    }
  }

  async #take({ index, event }: Incoming): Promise<void> {
    if (this.#isStopping()) return;
    this.#read = index;
    await this.#room();
    if (this.#isStopping()) return;
    this.#begin(event, index);
  }

  async #room(): Promise<void> {
    while (
      (this.#waiting >= MOST_WAITING || this.#read - this.#water.index > FURTHEST_AHEAD) &&
      !this.#stopping.aborted
    )
      await pause(KEEP_EVERY_MS / 10, this.#stopping);
  }

  #begin(event: IncomingEvent | undefined, index: number): void {
    if (event === undefined || !this.#parts.wants(event)) {
      this.#done(index);
      return;
    }
    const id = streamIdOf(event.stream);
    this.#waiting++;
    const before = this.#tails.get(id) ?? Promise.resolve();
    const tail = before.then(() => this.#handle(event, id, index));
    this.#tails.set(id, tail);
    void tail.then(() => {
      this.#waiting--;
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    });
  }

  /** Never rejects. What was stopped is not done, and neither is what follows in its stream. */
  async #handle(event: IncomingEvent, id: string, index: number): Promise<void> {
    if (this.#stopping.aborted) return;
    if (this.#parkedStreams.has(id)) this.#park(event, id, BEHIND_PARKED);
    else {
      const ending = await this.#parts.handle(event, this.#stopping);
      if (ending.outcome === 'stopped') return;
      if (ending.outcome === 'failed') this.#park(event, id, ending.reason);
    }
    this.#done(index);
  }

  #park({ version, recordedAt }: IncomingEvent, streamId: string, reason: string): void {
    const parked = { handler: this.#parts.group, streamId, version, reason, recordedAt };
    this.#parkedStreams.add(streamId);
    this.#newlyParked.push(parked);
    this.#parts.onParked(parked);
  }

  #done(index: number): void {
    this.#water.done(index);
    this.#moved();
  }

  /** Keeps progress while there is some, and once more at the end. A failure ends the run. */
  async #keepOn(): Promise<void> {
    try {
      while (!this.#stopping.aborted) {
        if (!this.#hasNews) await new Promise<void>((resolve) => (this.#moved = resolve));
        await pause(KEEP_EVERY_MS, this.#stopping);
        await this.#keep();
      }
      await Promise.all(this.#tails.values());
      await this.#keep();
    } catch (error) {
      this.#failed.abort();
      throw error;
    }
  }

  /** Read anew after each wait. */
  #isStopping(): boolean {
    return this.#stopping.aborted;
  }

  get #hasNews(): boolean {
    return this.#water.index !== this.#kept || this.#newlyParked.length > 0;
  }

  async #keep(): Promise<void> {
    if (!this.#hasNews) return;
    const { index } = this.#water;
    const parked = [...this.#newlyParked];
    await this.#own.keep({ index, parked });
    this.#newlyParked = this.#newlyParked.slice(parked.length);
    this.#kept = index;
    await this.#partition.shown(index);
  }
}
