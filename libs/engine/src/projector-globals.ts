import { streamIdOf, type RecordedEvent } from '@orderloom/decider';
import { eventsIn } from './frames.ts';
import type { Codec } from './ports/codec.ts';
import type { EventSource } from './ports/event-source.ts';
import type { ViewStore } from './ports/view-store.ts';
import type { RegistryIndex } from './processor/registry-index.ts';

type Global = { version: number; state: unknown };

export type ProjectorGlobalsParts = {
  readonly codec: Codec;
  readonly registry: RegistryIndex;
  readonly store: Pick<ViewStore, 'readStream'>;
  /** Left out where one log holds all streams: the stream store then has the tenants' too. */
  readonly read: EventSource['globals'] | undefined;
};

/** The states of the tenants' own streams, which every projection is folded with. */
export class ProjectorGlobals {
  readonly #parts: ProjectorGlobalsParts;
  readonly #tenants = new Map<string, Global>();
  /** How many frames of other partitions have been read. */
  #known = 0;

  constructor(parts: ProjectorGlobalsParts) {
    this.#parts = parts;
  }

  stateOf(tenant: string): unknown {
    return this.#tenants.get(tenant)?.state;
  }

  clear(): void {
    this.#tenants.clear();
    this.#known = 0;
  }

  /** Every tenant that the events name has a state afterwards. */
  async load(events: Iterable<{ readonly event: RecordedEvent }>): Promise<void> {
    const { codec, registry, store, read } = this.#parts;
    if (read !== undefined && this.#tenants.size === 0) await this.follow();
    const tenants = new Set<string>();
    for (const { event } of events) tenants.add(event.stream.tenant);
    for (const tenant of tenants) {
      if (this.#tenants.has(tenant)) continue;
      const global = this.#begin(tenant);
      if (read !== undefined) continue;
      const streamId = streamIdOf({ tenant, type: registry.global.type, key: tenant });
      const frames = await store.readStream(streamId, 0, Number.MAX_SAFE_INTEGER);
      for (const event of eventsIn(codec, frames)) this.#evolve(event, global);
    }
  }

  /** Reads on in the tenants' streams of all partitions; true where they have grown. */
  async follow(): Promise<boolean> {
    const frames = (await this.#parts.read?.(this.#known)) ?? [];
    this.#known += frames.length;
    for (const event of eventsIn(this.#parts.codec, frames)) {
      const { tenant } = event.stream;
      this.#evolve(event, this.#tenants.get(tenant) ?? this.#begin(tenant));
    }
    return frames.length > 0;
  }

  /** Folds an event of the log itself, if it is one of a tenant's own stream. */
  take(event: RecordedEvent): void {
    const global = this.#tenants.get(event.stream.tenant);
    if (event.stream.type === this.#parts.registry.global.type && global !== undefined)
      this.#evolve(event, global);
  }

  #begin(tenant: string): Global {
    const { types, global: named } = this.#parts.registry;
    const state = types.get(named.type)?.definition.decider.initialState as unknown;
    const global = { version: 0, state };
    this.#tenants.set(tenant, global);
    return global;
  }

  #evolve(event: RecordedEvent, global: Global): void {
    if (event.version <= global.version) return;
    const { types, global: named } = this.#parts.registry;
    const { stream, recordedAt, version } = event;
    global.state = types
      .get(named.type)
      ?.definition.decider.evolve(
        global.state,
        { type: event.type, data: event.data },
        { stream, recordedAt, version, global: global.state },
      );
    global.version = version;
  }
}
