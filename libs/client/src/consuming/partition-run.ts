import { streamIdOf } from '@orderloom/decider';
import type { OwnedProgress, ParkedEvent } from '@orderloom/engine';
import { pause, type Ending } from './attempts.ts';
import type { Following, Incoming, IncomingEvent, IncomingPartition } from './following.ts';
import { LowWater } from './low-water.ts';
import { ParkedStreams } from './parked-streams.ts';
import { Redrives } from './redrives.ts';

export type RunParts = {
  readonly group: string;
  /** Whether the group is handed this event at all. */
  readonly wants: (event: IncomingEvent) => boolean;
  readonly handle: (event: IncomingEvent, stopping: AbortSignal) => Promise<Ending>;
  readonly onParked: (parked: ParkedEvent) => void;
  /** Reads a parked event again, as the newest schema has it; `undefined`: it is not there. */
  readonly load: Following['load'];
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
  readonly #water: LowWater;
  readonly #parked: ParkedStreams;
  readonly #redrives: Redrives;
  #keeping: Promise<void> = Promise.resolve();
  #read: number;
  #kept: number;
  #waiting = 0;
  #moved: () => void = () => undefined;

  constructor(parts: RunParts, partition: IncomingPartition, own: OwnedProgress, stopping: AbortSignal) {
    this.#parts = parts;
    this.#partition = partition;
    this.#own = own;
    this.#stopping = AbortSignal.any([stopping, this.#failed.signal]);
    this.#water = new LowWater(own.index);
    this.#read = this.#kept = own.index;
    this.#parked = new ParkedStreams(own.parked, own.parkedElsewhere);
    this.#redrives = new Redrives({
      ...{ ...parts, own, partition: partition.partition, parked: this.#parked, stopping: this.#stopping },
      behind: (id, work) => void this.#behind(id, work),
      keep: () => this.#keep(),
    });
  }

  /** Returns when it was stopped and everything that had begun has ended. Throws what keeps it from going on. */
  async run(): Promise<void> {
    const keeping = Promise.all([
      this.#keepOn(),
      this.#redrives.lookOn().catch((error: unknown) => this.#fail(error)),
    ]);
    // It is awaited at the end; until then nobody listens.
    keeping.catch(() => undefined);
    this.#stopping.addEventListener('abort', () => this.#moved(), { once: true });
    try {
      const arrived = (parked: readonly ParkedEvent[]): void => this.#parked.parkedElsewhere(parked);
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
    if (this.#parked.knows(id, event.version)) {
      // It comes again because progress was behind it, and need not wait for a redrive to be passed over.
      this.#done(index);
      return;
    }
    this.#waiting++;
    void this.#behind(id, () => this.#handle(event, id, index)).then(() => this.#waiting--);
  }

  /** Does what never rejects, when everything before it in the stream has ended. */
  #behind(id: string, work: () => Promise<void>): Promise<void> {
    const tail = (this.#tails.get(id) ?? Promise.resolve()).then(work);
    this.#tails.set(id, tail);
    return tail.then(() => {
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    });
  }

  /** Never rejects. What was stopped is not done, and neither is what follows in its stream. */
  async #handle(event: IncomingEvent, id: string, index: number): Promise<void> {
    if (this.#stopping.aborted) return;
    const park = (reason: string): void => this.#park(event, { streamId: id, index, reason });
    if (this.#parked.has(id)) park(BEHIND_PARKED);
    else {
      const ending = await this.#parts.handle(event, this.#stopping);
      if (ending.outcome === 'stopped') return;
      if (ending.outcome === 'failed') park(ending.reason);
    }
    this.#done(index);
  }

  #park(
    { version, recordedAt }: IncomingEvent,
    failed: { readonly streamId: string; readonly index: number; readonly reason: string },
  ): void {
    const parked = { handler: this.#parts.group, ...failed, version, recordedAt };
    this.#parked.park(parked);
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
      this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    this.#failed.abort();
    throw error;
  }

  /** Read anew after each wait. */
  #isStopping(): boolean {
    return this.#stopping.aborted;
  }

  get #hasNews(): boolean {
    return this.#water.index !== this.#kept || this.#parked.hasNews;
  }

  /** One step after the other, each with all that is known when it begins. */
  #keep(): Promise<void> {
    const kept = this.#keeping.catch(() => undefined).then(() => this.#keepNow());
    this.#keeping = kept;
    return kept;
  }

  async #keepNow(): Promise<void> {
    if (!this.#hasNews) return;
    const { index } = this.#water;
    const news = this.#parked.news();
    await this.#own.keep({ index, ...news });
    this.#parked.told(news);
    this.#kept = index;
    await this.#partition.shown(index);
  }

  /** What is set aside now, oldest first within a stream. */
  get parked(): readonly ParkedEvent[] {
    return this.#parked.all;
  }
}
