import type { StreamRef } from '@orderloom/decider';

type ByKey<V> = Map<string, V>;

/**
 * A value for each stream. Type, tenant and key stand apart: their texts are hashed once, while a joined id would be
 * made and hashed at each look-up.
 */
export class ByStream<V> {
  readonly #byType = new Map<string, Map<string, ByKey<V>>>();

  get({ type, tenant, key }: StreamRef): V | undefined {
    return this.#byType.get(type)?.get(tenant)?.get(key);
  }

  set(ref: StreamRef, value: V): void {
    this.#keysOf(ref).set(ref.key, value);
  }

  delete(ref: StreamRef): void {
    this.#keysOf(ref).delete(ref.key);
  }

  #keysOf({ type, tenant }: StreamRef): ByKey<V> {
    let tenants = this.#byType.get(type);
    if (tenants === undefined) this.#byType.set(type, (tenants = new Map<string, ByKey<V>>()));
    let keys = tenants.get(tenant);
    if (keys === undefined) tenants.set(tenant, (keys = new Map<string, V>()));
    return keys;
  }
}
