import type { Clock } from '../clock.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import { pause } from './pause.ts';

/** Most that one window takes: it bounds what is folded, written and, after a failure, repeated at once. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** More than this is not read ahead. */
const QUEUE_BYTES = 4 * WINDOW_BYTES;

const bytesOf = (groups: readonly StoredGroup[]): number =>
  groups.reduce((sum, { frames }) => sum + frames.byteLength, 0);

/** What was read and not yet projected. */
class GroupQueue {
  #groups: StoredGroup[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  #hasEnded = false;
  #changed: () => void = () => undefined;

  /** Never rejects: whoever takes is told. */
  async fill(batches: AsyncIterable<readonly StoredGroup[]>): Promise<void> {
    try {
      for await (const groups of batches) {
        this.#groups.push(...groups);
        this.#bytes += bytesOf(groups);
        this.#changed();
        while (this.#bytes > QUEUE_BYTES && !this.#hasEnded) await this.#change();
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error('reading failed', { cause: error });
    }
    this.end();
  }

  end(): void {
    this.#hasEnded = true;
    this.#changed();
  }

  /** Waits for the next group; false where there will be none. Throws what reading has thrown. */
  async hasMore(): Promise<boolean> {
    while (this.#groups.length === 0 && !this.#hasEnded) await this.#change();
    if (this.#groups.length === 0 && this.#failure !== undefined) throw this.#failure;
    return this.#groups.length > 0;
  }

  take(): readonly StoredGroup[] {
    let count = 0;
    for (let room = WINDOW_BYTES; room > 0 && count < this.#groups.length; count++)
      room -= this.#groups[count]?.frames.byteLength ?? 0;
    const taken = this.#groups.slice(0, count);
    this.#groups = this.#groups.slice(count);
    this.#bytes -= bytesOf(taken);
    this.#changed();
    return taken;
  }

  /** One side waits at a time: there is something to take, or there is too much. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}

export type WindowOptions = {
  /** Least time from one window to the next, ms. */
  readonly windowMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/**
 * Merges batches into windows, at most one in `windowMs`: a quiet log is shown at once, and of a busy one a document
 * that changes often is written once a window. Reading goes on while a window is projected, and has ended when this has.
 */
export async function* windowsOf(
  read: (signal: AbortSignal) => AsyncIterable<readonly StoredGroup[]>,
  { windowMs, clock, signal }: WindowOptions,
): AsyncGenerator<readonly StoredGroup[]> {
  const queue = new GroupQueue();
  const reading = new AbortController();
  const end = (): void => {
    reading.abort();
    queue.end();
  };
  signal.addEventListener('abort', end, { once: true });
  const filling = queue.fill(read(reading.signal));
  try {
    for (let began = Number.NEGATIVE_INFINITY; await queue.hasMore();) {
      const early = began + windowMs - clock.now();
      if (early > 0) await pause(signal, early, clock);
      if (signal.aborted) return;
      began = clock.now();
      yield queue.take();
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await filling;
  }
}
