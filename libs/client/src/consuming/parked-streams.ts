import type { KeptProgress, ParkedEvent } from '@orderloom/engine';

type Changes = Required<Omit<KeptProgress, 'index'>>;

const none = (): Changes => ({ parked: [], released: [], redriven: [] });

/** What is parked of a partition, stream by stream in order, and what of that its store does not know yet. */
export class ParkedStreams {
  readonly #streams = new Map<string, ParkedEvent[]>();
  /** Stream -> the last version that was handled after all: what was read before it was parked may come again. */
  readonly #handled = new Map<string, number>();
  #changes = none();

  /** Streams of which something is parked in another partition, where this one's slots were. */
  readonly #elsewhere = new Set<string>();

  constructor(parked: readonly ParkedEvent[], elsewhere: readonly ParkedEvent[] = []) {
    this.parkedElsewhere(elsewhere);
    for (const event of [...parked].sort((a, b) => a.version - b.version))
      this.#of(event.streamId).push(event);
  }

  get all(): readonly ParkedEvent[] {
    return [...this.#streams.values()].flat();
  }

  get isEmpty(): boolean {
    return this.#streams.size === 0;
  }

  get hasNews(): boolean {
    return Object.values(this.#changes).some((list) => list.length > 0);
  }

  /** What follows in these streams waits here too. */
  parkedElsewhere(parked: readonly ParkedEvent[]): void {
    for (const { streamId } of parked) this.#elsewhere.add(streamId);
  }

  has(streamId: string): boolean {
    return this.#streams.has(streamId) || this.#elsewhere.has(streamId);
  }

  /**
   * Whether this version of its stream was dealt with before: it is parked, or it was, in front of those that are. It comes
   * again where progress was behind it.
   */
  knows(streamId: string, version: number): boolean {
    const parked = this.#streams.get(streamId)?.at(-1)?.version ?? 0;
    return version <= Math.max(parked, this.#handled.get(streamId) ?? 0);
  }

  /** The one that all others of its stream wait for. */
  first(streamId: string): ParkedEvent | undefined {
    return this.#streams.get(streamId)?.[0];
  }

  park(event: ParkedEvent): void {
    this.#of(event.streamId).push(event);
    this.#changes = { ...this.#changes, parked: [...this.#changes.parked, event] };
  }

  /** The first of its stream was handled after all. */
  release(event: ParkedEvent): void {
    const rest = this.#of(event.streamId).slice(1);
    this.#handled.set(event.streamId, event.version);
    if (rest.length === 0) this.#streams.delete(event.streamId);
    else this.#streams.set(event.streamId, rest);
    this.#changes = { ...this.#changes, released: [...this.#changes.released, event] };
  }

  /** The first of its stream has failed once more. */
  failedAgain(event: ParkedEvent, reason: string): void {
    const again = { ...event, reason };
    this.#of(event.streamId)[0] = again;
    this.#changes = { ...this.#changes, parked: [...this.#changes.parked, again] };
  }

  redriven(streamId: string): void {
    this.#changes = { ...this.#changes, redriven: [...this.#changes.redriven, streamId] };
  }

  /** What the store is to be told now. */
  news(): Changes {
    return this.#changes;
  }

  /** The store knows these; what came since it does not. */
  told({ parked, released, redriven }: Changes): void {
    this.#changes = {
      parked: this.#changes.parked.slice(parked.length),
      released: this.#changes.released.slice(released.length),
      redriven: this.#changes.redriven.slice(redriven.length),
    };
  }

  #of(streamId: string): ParkedEvent[] {
    const events = this.#streams.get(streamId) ?? [];
    this.#streams.set(streamId, events);
    return events;
  }
}
