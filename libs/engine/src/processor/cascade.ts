import { streamIdOf } from '@orderloom/decider';
import type { CommandRequest } from '../command.ts';
import type { RegistryIndex } from './registry-index.ts';

/**
 * Commands that process managers sent within one transaction, in order of sending.
 * Two of a mergeable type that reach one stream become one: three lines reserved are one event on the order.
 */
export class Cascade {
  readonly #registry: RegistryIndex;
  #queue: CommandRequest[] = [];
  #next = 0;
  #mergeable = new Map<string, number>();

  constructor(registry: RegistryIndex) {
    this.#registry = registry;
  }

  add(request: CommandRequest): void {
    const merge = this.#registry.types.get(request.stream.type)?.commands.get(request.type)?.merge;
    if (merge === undefined) {
      this.#queue.push(request);
      return;
    }
    const key = `${streamIdOf(request.stream)}\0${request.type}`;
    const at = this.#mergeable.get(key);
    const waiting = at === undefined || at < this.#next ? undefined : this.#queue[at];
    if (at === undefined || waiting === undefined) {
      this.#mergeable.set(key, this.#queue.length);
      this.#queue.push(request);
    } else this.#queue[at] = { ...waiting, data: merge(waiting.data, request.data) as object };
  }

  take(): CommandRequest | undefined {
    const request = this.#queue[this.#next];
    if (request === undefined) this.clear();
    else this.#next++;
    return request;
  }

  clear(): void {
    if (this.#queue.length === 0) return;
    this.#queue = [];
    this.#next = 0;
    // Not cleared: see `IdempotencyMemory.merge`.
    if (this.#mergeable.size > 0) this.#mergeable = new Map();
  }
}
