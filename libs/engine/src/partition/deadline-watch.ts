import type { Clock } from '../clock.ts';
import { LANES, type InputEnds, type InputOffsets, type Lane } from '../ports/partition-port.ts';
import { repeating, type Repeating } from '../repeating.ts';
import type { PartitionOwner } from './partition-owner.ts';

/** How often deadlines are looked at, ms. */
const TICK_MS = 200;
const OPEN_LANES: readonly Lane[] = ['commands', 'bulk'];

type Asked = {
  readonly at: number;
  readonly lanes: readonly Lane[];
  readonly ends: InputOffsets;
  readonly detours: number;
  /** How often slots had come to this process when it was begun: what comes later was not asked for. */
  readonly openings: number;
};

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
 * While slots move, a command may be sent on more than once: between (1) and (2) the internal lanes of all partitions are
 * waited for as well, once a detour.
 * Nothing is asked while no deadline is due.
 */
export class DeadlineWatch {
  readonly #owners: readonly PartitionOwner[];
  readonly #input: InputEnds;
  readonly #clock: Clock;
  readonly #rule: DeadlineRule;
  /** Ends that are still to be reached, since when, and how many detours are waited for after them. */
  #asked: Asked | undefined;
  readonly #ticks: Repeating;

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
    const { clock, onProblem } = parts;
    this.#ticks = repeating({ clock, everyMs: TICK_MS, work: () => this.#tick(), onProblem });
  }

  start(): void {
    this.#ticks.start();
  }

  stop(): Promise<void> {
    return this.#ticks.stop();
  }

  async #tick(): Promise<void> {
    for (const owner of this.#owners) owner.commitIdle();
    const now = this.#clock.now();
    if (!this.#owners.some((owner) => owner.isDue(now))) {
      this.#asked = undefined;
      return;
    }
    if (this.#rule === 'own-partition') {
      this.#ripen(now, await this.#input.ends(LANES));
      return;
    }
    if (this.#asked?.openings !== this.#openings) this.#asked = undefined;
    this.#asked ??= await this.#ask(now, OPEN_LANES, this.#input.detours());
    const { at, lanes, ends, detours, openings } = this.#asked;
    if (!this.#areReached(lanes, ends, await this.#input.committed(lanes))) return;
    this.#asked = detours > 0 ? { ...(await this.#ask(at, ['internal'], detours - 1)), openings } : undefined;
    if (detours > 0) return;
    const own = await this.#input.ends(LANES);
    if (openings === this.#openings) this.#ripen(at, own);
  }

  async #ask(at: number, lanes: readonly Lane[], detours: number): Promise<Asked> {
    const openings = this.#openings;
    return { at, lanes, detours, openings, ends: await this.#input.ends(lanes) };
  }

  get #openings(): number {
    return this.#owners.reduce((sum, { openings }) => sum + openings, 0);
  }

  #ripen(at: number, ends: InputOffsets): void {
    for (const owner of this.#owners) {
      const end = (lane: Lane): number => ends[lane]?.[owner.index] ?? 0;
      owner.ripenAt(at, { internal: end('internal'), commands: end('commands'), bulk: end('bulk') });
    }
  }

  /** What this process has decided counts before the broker says so: it is committed already. */
  #areReached(lanes: readonly Lane[], ends: InputOffsets, committed: InputOffsets): boolean {
    return lanes.every((lane) =>
      (ends[lane] ?? []).every((end, partition) => {
        const own = this.#owners.find(({ index }) => index === partition)?.positions?.[lane] ?? 0;
        return Math.max(committed[lane]?.[partition] ?? 0, own) >= end;
      }),
    );
  }
}
