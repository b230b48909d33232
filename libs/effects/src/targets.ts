import type { Room } from './effect-handler.ts';

const FEW: Room = { atATime: 4, waiting: 32 };

type Queue = { running: number; readonly waiting: (() => void)[] };

/** Keeps calls to one target from holding up those to others: each target has its own few places. */
export class Targets {
  readonly #queues = new Map<string, Queue>();

  /** Whether another call to this target would wait too long: it comes again later. */
  isFull(target: string, { waiting }: Room = FEW): boolean {
    return (this.#queues.get(target)?.waiting.length ?? 0) >= waiting;
  }

  async run<T>(target: string, work: () => Promise<T>, { atATime }: Room = FEW): Promise<T> {
    const queue = this.#queues.get(target) ?? { running: 0, waiting: [] };
    this.#queues.set(target, queue);
    if (queue.running < atATime) queue.running++;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.running === 0) this.#queues.delete(target);
    }
  }
}
