import { randomUUID } from 'node:crypto';
import { violation } from '../json-members.ts';
import { refuse } from '../problem.ts';
import type { SaidNews, Turn } from './turn.ts';

/** Whoever holds a lease must be heard at least so often, ms; then its group goes on with another one. */
const LEASE_MS = 30_000;
const LOOKS = 5;

/** What a reader of a group says: that it lives, how far it has come, what it has parked. */
export type Said = SaidNews & {
  readonly lease: string;
  /** The group's name as its progress is kept under. */
  readonly group: string;
  /** It has said all that there is to say of this turn. */
  readonly over: boolean;
};

/** The right to say how far a group has come, for as long as its holder is heard. */
export type Lease = {
  readonly id: string;
  /** Aborts when the holder gives it back. */
  readonly givenBack: AbortSignal;
  readonly end: () => void;
};

type Held = {
  readonly group: string;
  readonly turn: Turn;
  readonly giveBack: () => void;
  readonly lose: () => void;
  heard: number;
};

const lost = (): never =>
  refuse('lease-lost', 'Another reader goes on for this group, or this one was not heard for too long');

/** Who reads for which group just now. A lease ends with its turn, or when its holder is not heard any more. */
export class Leases {
  readonly #held = new Map<string, Held>();
  readonly #leaseMs: number;

  constructor(leaseMs = LEASE_MS) {
    this.#leaseMs = leaseMs;
  }

  /** `onLost` is called when the holder was not heard for too long, or others have all of its turn; the lease has ended then. */
  open(group: string, turn: Turn, onLost: () => void): Lease {
    const id = randomUUID();
    const back = new AbortController();
    const end = (): void => {
      clearInterval(watch);
      this.#held.delete(id);
    };
    const lose = (): void => {
      end();
      onLost();
    };
    const held: Held = {
      ...{ group, turn, lose, heard: performance.now() },
      giveBack: () => {
        end();
        back.abort();
      },
    };
    this.#held.set(id, held);
    const watch = setInterval(() => {
      if (performance.now() - held.heard >= this.#leaseMs) lose();
    }, this.#leaseMs / LOOKS);
    watch.unref();
    return { id, givenBack: back.signal, end };
  }

  /** Keeps what a holder says; what it had said before counts on. Gives the streams to redrive. Throws `lease-lost`. */
  async keep({ lease, group, over, ...news }: Said): Promise<readonly string[]> {
    const held = this.#held.get(lease);
    if (held?.group !== group) return lost();
    held.heard = performance.now();
    const { turn } = held;
    const unplaced = turn.unplaced(news.parked);
    if (unplaced >= 0) violation(`/parked/${unplaced}/position`, 'must be the id of the event');
    await turn.keep(news);
    if (turn.isLost) {
      held.lose();
      return lost();
    }
    const asked = await turn.asked();
    if (over) held.giveBack();
    return asked;
  }
}
