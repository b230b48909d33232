import type { StoredGroup, ViewFeed, ViewReader } from '@orderloom/engine';
import type { ViewsWorker } from '@orderloom/sqlite';

/** One generation of the views, in its thread. */
export type OpenedViews = { readonly generation: string; readonly views: ViewsWorker };

/**
 * The views of an engine as one feed. The live generation answers every question, each by itself, so that no answer is
 * of two; the one beside it is fed the same groups, and nothing of it is seen outside.
 */
export class FedViews {
  #live: OpenedViews;
  #beside: OpenedViews | undefined;
  readonly #head: () => number;
  readonly #listeners = new Set<() => void>();
  #unsubscribe: () => void;

  constructor(live: OpenedViews, head: () => number) {
    this.#live = live;
    this.#head = head;
    this.#unsubscribe = this.#follow();
  }

  get live(): OpenedViews {
    return this.#live;
  }

  get beside(): OpenedViews | undefined {
    return this.#beside;
  }

  readonly feed: ViewFeed = {
    feed: (group) => this.#feed(group),
    wanted: (index) => {
      this.#live.views.wanted?.(index);
      this.#beside?.views.wanted?.(index);
    },
    checkpoint: () => this.#live.views.checkpoint(),
    onAdvance: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    reader: this.#reader(),
    stop: async () => {
      this.#unsubscribe();
      await Promise.all([this.#live.views.stop(), this.#beside?.views.stop()]);
    },
  };

  /** Feeds a generation from now on, and has it read what came before. */
  take(beside: OpenedViews): void {
    this.#beside = beside;
    beside.views.catchUp(this.#head());
  }

  async drop(): Promise<void> {
    const dropped = this.#beside;
    this.#beside = undefined;
    await dropped?.views.stop();
  }

  /** Changes live and beside over, between two questions. */
  exchange(): void {
    if (this.#beside === undefined) return;
    this.#unsubscribe();
    [this.#live, this.#beside] = [this.#beside, this.#live];
    this.#unsubscribe = this.#follow();
    for (const listener of this.#listeners) listener();
  }

  #follow(): () => void {
    return this.#live.views.onAdvance(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  #feed(group: StoredGroup): void {
    // A copy: the live generation takes the bytes themselves away.
    this.#beside?.views.feed({ ...group, frames: Uint8Array.from(group.frames) });
    this.#live.views.feed(group);
  }

  #reader(): ViewReader {
    const reader = (): ViewReader => this.#live.views.reader;
    return {
      get: (view, id) => reader().get(view, id),
      list: (view, list, before, limit) => reader().list(view, list, before, limit),
      search: (view, question) => reader().search(view, question),
      sums: (view, list) => reader().sums(view, list),
      readStream: (streamId, after, limit) => reader().readStream(streamId, after, limit),
      asOf: () => reader().asOf(),
      parked: () => reader().parked(),
      close: async () => undefined,
    };
  }
}
