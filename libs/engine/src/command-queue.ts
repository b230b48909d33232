import type { CommandRequest, CommandResult } from './command.ts';
import type { Pins } from './processor/pins.ts';
import type { StreamEntry } from './processor/stream-entry.ts';

/** A command that nobody has answered yet. */
export type Waiting = {
  /** Number of the command among all that arrived, from 1. */
  readonly arrival: number;
  readonly request: CommandRequest;
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: unknown) => void;
  /** What was read back for it; `null`: it has needed nothing. */
  pins: Pins | null;
};

/**
 * The commands that wait, in the order in which they arrived. A command whose stream has to be read back first stands
 * aside until it is, and then goes back to its place; no other waits for it.
 */
export class CommandQueue {
  #queue: Waiting[] = [];
  #next = 0;
  #arrivals = 0;
  readonly #aside = new Map<StreamEntry, Waiting[]>();

  /** Commands that can be decided now. */
  get ready(): number {
    return this.#queue.length - this.#next;
  }

  get isEmpty(): boolean {
    return this.ready === 0 && this.#aside.size === 0;
  }

  /** Number of the command that arrived last. */
  get lastArrival(): number {
    return this.#arrivals;
  }

  /** Whether one of the first `arrival` commands still waits. */
  holdsUpTo(arrival: number): boolean {
    const first = this.#queue[this.#next];
    if (first !== undefined && first.arrival <= arrival) return true;
    for (const [oldest] of this.#aside.values())
      if (oldest !== undefined && oldest.arrival <= arrival) return true;
    return false;
  }

  add({ request, resolve, reject }: Pick<Waiting, 'request' | 'resolve' | 'reject'>): void {
    this.#queue.push({ arrival: ++this.#arrivals, request, resolve, reject, pins: null });
  }

  take(): Waiting | undefined {
    const waiting = this.#queue[this.#next];
    if (waiting === undefined) return undefined;
    this.#next++;
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    return waiting;
  }

  /** `waiting`, if there is one, needs the entry's state. True where nothing else has needed it so far. */
  setAside(entry: StreamEntry, waiting: Waiting | undefined): boolean {
    const others = this.#aside.get(entry);
    if (others === undefined) this.#aside.set(entry, waiting === undefined ? [] : [waiting]);
    else if (waiting !== undefined) others.push(waiting);
    return others === undefined;
  }

  /** The entry's state is there: who waited for it goes back to its place. */
  resume(entry: StreamEntry): void {
    const resumed = this.release(entry);
    if (resumed.length === 0) return;
    const rest = this.#queue.slice(this.#next);
    this.#queue = [...resumed, ...rest].sort((a, b) => a.arrival - b.arrival);
    this.#next = 0;
  }

  /** Who waited for the entry's state does so no more. */
  release(entry: StreamEntry): readonly Waiting[] {
    const waiting = this.#aside.get(entry) ?? [];
    this.#aside.delete(entry);
    return waiting;
  }

  /** Everybody who waits; the queue is empty then. */
  drain(): readonly Waiting[] {
    const all = [...this.#queue.slice(this.#next), ...[...this.#aside.values()].flat()];
    this.#queue = [];
    this.#next = 0;
    this.#aside.clear();
    return all;
  }
}
