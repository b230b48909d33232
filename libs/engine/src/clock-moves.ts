import type { Answered } from './answers.ts';
import type { CommandQueue, Waiting } from './command-queue.ts';
import { hasPassed } from './processor/deadlines.ts';
import type { Partition } from './processor/partition.ts';
import { atPositionNow } from './processor/results.ts';

/** What whoever moves a clock is told when the log takes no more of its deadlines. */
export const HALF_MOVED =
  'the log takes no writes at the moment; the clock may have moved a part of the way, and goes on by itself: repeating the command with its key is safe';

/** What became of the next deadline that a simulated clock has passed; `later`: not in this group. */
export type Fired = 'fired' | 'none' | 'later';

/**
 * Simulated clocks that have passed deadlines which have not fired yet. However far a clock was moved, each group takes
 * a share of them; until the last has fired, commands of that tenant wait, and whoever moved the clock is not answered.
 * All of it can be seen in the state: a start after a crash goes on where the log ends.
 */
export class ClockMoves {
  readonly #partition: Partition;
  readonly #queue: CommandQueue;
  readonly #fireNext: (tenant: string) => Fired;
  /** By tenant, who is answered when it is over. */
  readonly #moving = new Map<string, Answered[]>();

  constructor(partition: Partition, queue: CommandQueue, fireNext: (tenant: string) => Fired) {
    this.#partition = partition;
    this.#queue = queue;
    this.#fireNext = fireNext;
  }

  get isEmpty(): boolean {
    return this.#moving.size === 0;
  }

  /** Whether somebody is answered only when a move is over. */
  get isAwaited(): boolean {
    return [...this.#moving.values()].some((kept) => kept.length > 0);
  }

  /** Looks for moves that a crash or a failed append has left unfinished. */
  look(): void {
    for (const tenant of this.#partition.deadlines.tenants)
      if (hasPassed(this.#partition, tenant)) this.#moving.set(tenant, this.#moving.get(tenant) ?? []);
  }

  /** True: the command's tenant is on the move, and the command stands aside. */
  holds(waiting: Waiting): boolean {
    if (this.#moving.size === 0 || !this.#moving.has(waiting.request.stream.tenant)) return false;
    const clock = this.#partition.times.globalOf(waiting.request.stream.tenant);
    if (clock === undefined) return false;
    this.#queue.setAside(clock, waiting);
    return true;
  }

  /** True: the command has moved a clock past deadlines, and is answered when they have fired. */
  keeps(answered: Answered): boolean {
    const { stream } = answered.waiting.request;
    if (answered.result?.outcome !== 'accepted' || stream.type !== this.#partition.registry.global.type)
      return false;
    if (!hasPassed(this.#partition, stream.tenant)) return false;
    this.#moving.set(stream.tenant, [answered]);
    return true;
  }

  /** Fires what this group has room for. Moves that end give their answers, and let the tenant's commands in. */
  goOn(answered: Answered[]): void {
    for (const [tenant, kept] of this.#moving) {
      let fired = this.#fireNext(tenant);
      while (fired === 'fired') fired = this.#fireNext(tenant);
      if (fired === 'later') return;
      this.#moving.delete(tenant);
      for (const { waiting, result } of kept)
        answered.push({ waiting, moved: true, result: result && atPositionNow(this.#partition, result) });
      const clock = this.#partition.times.globalOf(tenant);
      if (clock !== undefined) this.#queue.resume(clock);
    }
  }

  /**
   * Nothing of this group has happened: whoever waits for a move waits no more, and the moves are to be looked for.
   * `movers` have moved a clock, and what fired in groups before this one is in the log; the others have done nothing.
   */
  giveUp(group: readonly Answered[]): {
    readonly movers: readonly Waiting[];
    readonly undone: readonly Waiting[];
  } {
    const movers = group.filter(({ moved }) => moved === true);
    const undone = group.filter(({ moved }) => moved !== true).map(({ waiting }) => waiting);
    for (const [tenant, kept] of this.#moving) {
      movers.push(...kept);
      const clock = this.#partition.times.globalOf(tenant);
      if (clock !== undefined) undone.push(...this.#queue.release(clock));
    }
    this.#moving.clear();
    return { movers: movers.map(({ waiting }) => waiting), undone };
  }
}
