import type { OwnedProgress, ParkedEvent } from '@orderloom/engine';
import { hasAborted, pause, type Ending } from './attempts.ts';
import type { Following, IncomingEvent } from './following.ts';
import type { ParkedStreams } from './parked-streams.ts';
import { Workers } from './workers.ts';

export type RedriveParts = {
  readonly own: Pick<OwnedProgress, 'asked'>;
  readonly partition: number;
  readonly parked: ParkedStreams;
  readonly load: Following['load'];
  readonly handle: (event: IncomingEvent, stopping: AbortSignal) => Promise<Ending>;
  /** Does what never rejects behind everything of the stream that has begun, and before what comes. */
  readonly behind: (streamId: string, work: () => Promise<void>) => void;
  /** Makes durable what has changed. */
  readonly keep: () => Promise<void>;
  readonly stopping: AbortSignal;
};

/** How often it is looked whether somebody has asked, while something is parked, ms. */
const LOOK_EVERY_MS = 500;
/** Streams at a time: what comes new has workers all the same, and after a crash no more than these are in hand. */
const AT_ONCE = 4;
const NOT_THERE = 'the event cannot be read';

/** Hands parked events out again, where somebody asks for it: stream by stream, each in order, each until it is handled. */
export class Redrives {
  readonly #parts: RedriveParts;
  readonly #running = new Set<string>();
  readonly #turns = new Workers(AT_ONCE);

  constructor(parts: RedriveParts) {
    this.#parts = parts;
  }

  /** Until it is stopped. Throws what keeps it from looking. */
  async lookOn(): Promise<void> {
    const { own, parked, stopping } = this.#parts;
    while (!stopping.aborted) {
      await pause(LOOK_EVERY_MS, stopping);
      if (parked.isEmpty || hasAborted(stopping)) continue;
      for (const streamId of await own.asked()) this.#begin(streamId);
    }
  }

  #begin(streamId: string): void {
    if (this.#running.has(streamId)) return;
    this.#running.add(streamId);
    this.#parts.behind(streamId, async () => {
      // Where it was stopped, the wish stands: whoever reads next goes on.
      await this.#turns.run(() => this.#redrive(streamId)).catch(() => undefined);
      this.#running.delete(streamId);
    });
  }

  async #redrive(streamId: string): Promise<void> {
    const { parked, keep } = this.#parts;
    let next = parked.first(streamId);
    while (next !== undefined) {
      const ending = await this.#again(next);
      if (ending.outcome === 'stopped') return;
      if (ending.outcome === 'failed') {
        parked.failedAgain(next, ending.reason);
        break;
      }
      parked.release(next);
      next = parked.first(streamId);
      // Not before this is durable: after a crash only the one in hand comes again.
      if (next !== undefined) await keep();
    }
    parked.redriven(streamId);
    await keep();
  }

  async #again({ streamId, version, index }: ParkedEvent): Promise<Ending> {
    const { load, handle, partition, stopping } = this.#parts;
    const event = await load(streamId, version, { partition, index });
    if (stopping.aborted) return { outcome: 'stopped' };
    return event === undefined ? { outcome: 'failed', reason: NOT_THERE } : handle(event, stopping);
  }
}
