import { randomUUID } from 'node:crypto';
import { EngineError, type KeptProgress, type OwnedProgress } from '@orderloom/engine';
import { refuse } from '../problem.ts';

/** Whoever holds a lease must be heard at least so often, ms; then its group goes on with another one. */
const LEASE_MS = 30_000;
const LOOKS = 5;

/** What a reader of a group says: that it lives, how far it has come, what it has parked. */
export type Said = Pick<Required<KeptProgress>, 'parked' | 'released' | 'redriven'> & {
  readonly lease: string;
  /** The group's name as its progress is kept under. */
  readonly group: string;
  readonly index: number | undefined;
};

type Held = { readonly group: string; readonly own: OwnedProgress; index: number; heard: number };

const lost = (): never =>
  refuse('lease-lost', 'Another reader goes on for this group, or this one was not heard for too long');

/** Who reads for which group just now. A lease ends with its connection, or when its holder is not heard any more. */
export class Leases {
  readonly #held = new Map<string, Held>();
  readonly #leaseMs: number;

  constructor(leaseMs = LEASE_MS) {
    this.#leaseMs = leaseMs;
  }

  /** `onSilent` is called when the holder was not heard for too long; the lease has ended then. */
  open(group: string, own: OwnedProgress, onSilent: () => void): { readonly id: string; end: () => void } {
    const id = randomUUID();
    const held: Held = { group, own, index: own.index, heard: performance.now() };
    this.#held.set(id, held);
    const end = (): void => {
      clearInterval(watch);
      this.#held.delete(id);
    };
    const watch = setInterval(() => {
      if (performance.now() - held.heard < this.#leaseMs) return;
      end();
      onSilent();
    }, this.#leaseMs / LOOKS);
    watch.unref();
    return { id, end };
  }

  /** Keeps what a holder says; what it had said before counts on. Gives the streams to redrive. Throws `lease-lost`. */
  async keep({ lease, group, index, ...news }: Said): Promise<readonly string[]> {
    const held = this.#held.get(lease);
    if (held?.group !== group) return lost();
    held.heard = performance.now();
    const reached = Math.max(held.index, index ?? 0);
    const hasNews = reached > held.index || Object.values(news).some((list) => list.length > 0);
    try {
      if (hasNews) await held.own.keep({ index: reached, ...news });
      held.index = Math.max(held.index, reached);
      return await held.own.asked();
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'log-fenced') throw error;
      this.#held.delete(lease);
      return lost();
    }
  }
}
