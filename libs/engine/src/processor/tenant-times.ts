import { SLOTS, type StreamRef, type TenantClock } from '@orderloom/decider';
import type { RegistryIndex } from './registry-index.ts';
import type { StreamEntry } from './stream-entry.ts';
import type { StreamTable } from './streams.ts';

/** What time it is for a stream: the wall clock for live tenants, the tenant's own for simulated ones. */
export class TenantTimes {
  /** Wall clock of the current group, ms. */
  wall = 0;
  /** While simulated deadlines fire: the due instant of the one that is being decided. */
  override: number | null = null;

  readonly #registry: RegistryIndex;
  readonly #streams: StreamTable;
  /** Asked for several times a command: looked up once a tenant. */
  readonly #globals = new Map<string, StreamEntry>();
  /** Last instant given out per slot: `recordedAt` never runs backwards, whatever the wall clock does. */
  readonly #last = new Float64Array(SLOTS);

  constructor(registry: RegistryIndex, streams: StreamTable) {
    this.#registry = registry;
    this.#streams = streams;
  }

  /** The tenant's global stream, made where it is new; every decision of the tenant reads it. */
  globalOf(tenant: string): StreamEntry | undefined {
    const known = this.#globals.get(tenant);
    // An entry that was made and taken back is no longer in its place.
    if (known !== undefined && this.#streams.byOrdinal(known.ordinal) === known) return known;
    const found = this.#streams.find(this.globalRef(tenant));
    if (found !== undefined) this.#globals.set(tenant, found);
    return found;
  }

  globalRef(tenant: string): StreamRef {
    return { tenant, type: this.#registry.global.type, key: tenant };
  }

  clockOf(tenant: string): TenantClock {
    const global = this.globalOf(tenant);
    return global === undefined ? { mode: 'live' } : this.#registry.global.clockOf(global.state);
  }

  /** The instant at which a command of this slot is decided, but for what its stream says: see `notBefore`. */
  now(tenant: string, slot: number): number {
    const clock = this.clockOf(tenant);
    if (clock.mode === 'simulated') return this.override ?? clock.now;
    return Math.max(this.#last[slot] ?? 0, this.wall);
  }

  /**
   * A stream's time never runs backwards, though its tenant's clock may have been set back or released. Only the
   * tenant's own stream shows the clock itself, as it is set.
   */
  notBefore(entry: StreamEntry, instant: number): number {
    if (entry.ref.type === this.#registry.global.type) return instant;
    return Math.max(instant, entry.recordedAt);
  }

  /** A live tenant's event stands at this instant: the slot's time goes on from there. */
  passed(slot: number, recordedAt: number): void {
    if (recordedAt > (this.#last[slot] ?? 0)) this.#last[slot] = recordedAt;
  }

  /** The last live instant that the slot has given out. */
  lastIn(slot: number): number {
    return this.#last[slot] ?? 0;
  }

  dump(): Float64Array {
    return this.#last;
  }

  load(last: Float64Array): void {
    this.#last.set(last);
  }
}
