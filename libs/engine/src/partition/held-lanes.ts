import type { Lane } from '../ports/partition-port.ts';

/** How long a caller's record waits for what its sender says to know of the tenant, ms. */
const PATIENCE_MS = 5_000;

const NONE: ReadonlySet<Lane> = new Set();

/**
 * Lanes whose next record waits for an event of its tenant. On the internal lane it is certain to come: only what is
 * committed was sent with its version. Anybody may write into the others, so what does not come is given up there.
 */
export class HeldLanes {
  readonly #since = new Map<Lane, number>();

  /** Lanes whose next record has waited long enough. */
  overdue(now: number): ReadonlySet<Lane> {
    if (this.#since.size === 0) return NONE;
    return new Set([...this.#since].flatMap(([lane, since]) => (now - since >= PATIENCE_MS ? [lane] : [])));
  }

  /** To be told of every round. Gives the time after which to look again, ms; `undefined`: nothing more is held. */
  note(held: readonly Lane[], now: number): number | undefined {
    const waiting: readonly Lane[] = held.filter((lane) => lane !== 'internal');
    for (const lane of this.#since.keys()) if (!waiting.includes(lane)) this.#since.delete(lane);
    const added = waiting.filter((lane) => !this.#since.has(lane));
    for (const lane of added) this.#since.set(lane, now);
    return added.length > 0 ? PATIENCE_MS : undefined;
  }

  /** The lanes are read again. */
  clear(): void {
    this.#since.clear();
  }
}
