import type { Clock } from '../clock.ts';
import { LANES, type InputEnds, type InputOffsets, type Lane } from '../ports/partition-port.ts';
import type { PartitionOwner } from './partition-owner.ts';

/** How often deadlines are looked at, ms. */
const TICK_MS = 200;
const OPEN_LANES: readonly Lane[] = ['commands', 'bulk'];

/** Null control for tests. */
export type DeadlineRule =
  /** A deadline waits for what reached *any* partition before it: a misrouted payment is forwarded by then. */
  | 'all-partitions'
  /** It waits for its own partition's lanes only. */
  | 'own-partition';

/**
 * Makes deadlines ripe, for all partitions of this process at once. What is due at an instant may be decided when
 * (1) the ends of all partitions' commands and bulk lanes, asked for after that instant, are committed by the group, and
 * then (2) the partition's own lanes are decided up to the internal ends that are asked for after (1): whatever was in
 * any partition before the instant, and was to be forwarded here, is decided by then.
 * Nothing is asked while no deadline is due.
 */
export class DeadlineWatch {
  readonly #owners: readonly PartitionOwner[];
  readonly #input: InputEnds;
  readonly #clock: Clock;
  readonly #rule: DeadlineRule;
  readonly #onProblem: (error: unknown) => void;
  /** Ends that are still to be reached, and when they were asked for. */
  #first: { readonly at: number; readonly ends: InputOffsets } | undefined;
  #cancel: () => void = () => undefined;
  #ticking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: {
    readonly owners: readonly PartitionOwner[];
    readonly input: InputEnds;
    readonly clock: Clock;
    readonly rule?: DeadlineRule;
    readonly onProblem: (error: unknown) => void;
  }) {
    this.#owners = parts.owners;
    this.#input = parts.input;
    this.#clock = parts.clock;
    this.#rule = parts.rule ?? 'all-partitions';
    this.#onProblem = parts.onProblem;
  }

  start(): void {
    this.#cancel = this.#clock.after(TICK_MS, () => {
      this.#ticking = this.#tick()
        .catch(this.#onProblem)
        .then(() => {
          if (!this.#stopped) this.start();
        });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    for (const owner of this.#owners) owner.commitIdle();
    const now = this.#clock.now();
    if (!this.#owners.some((owner) => owner.isDue(now))) {
      this.#first = undefined;
      return;
    }
    if (this.#rule === 'own-partition') {
      this.#ripen(now, await this.#input.ends(LANES));
      return;
    }
    this.#first ??= { at: now, ends: await this.#input.ends(OPEN_LANES) };
    const { at, ends } = this.#first;
    if (!this.#areReached(ends, await this.#input.committed(OPEN_LANES))) return;
    this.#first = undefined;
    this.#ripen(at, await this.#input.ends(LANES));
  }

  #ripen(at: number, ends: InputOffsets): void {
    for (const owner of this.#owners) {
      const end = (lane: Lane): number => ends[lane]?.[owner.index] ?? 0;
      owner.ripenAt(at, { internal: end('internal'), commands: end('commands'), bulk: end('bulk') });
    }
  }

  /** What this process has decided counts before the broker says so: it is committed already. */
  #areReached(ends: InputOffsets, committed: InputOffsets): boolean {
    return OPEN_LANES.every((lane) =>
      (ends[lane] ?? []).every((end, partition) => {
        const own = this.#owners.find(({ index }) => index === partition)?.positions?.[lane] ?? 0;
        return Math.max(committed[lane]?.[partition] ?? 0, own) >= end;
      }),
    );
  }
}
