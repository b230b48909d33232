import type { Answers } from './answers.ts';
import type { CommandQueue, Waiting } from './command-queue.ts';
import { Pins } from './processor/pins.ts';
import { StreamSetAside, type StreamEntry } from './processor/stream-entry.ts';

/** What was to be decided stands aside: a stream that it needs is being read back. */
export const SET_ASIDE = Symbol('set aside');

export type StandingAsideParts = {
  readonly queue: CommandQueue;
  readonly answers: Answers;
  /** Reads the state of a stream back that was set aside. Rejects with an `EngineError`. */
  readonly readBack: (entry: StreamEntry) => Promise<void>;
  /** Told after each; `failed`: a deadline waits for a stream that could not be read. */
  readonly onBack: (failed: boolean) => void;
};

/** Has the streams read back that a decision needs, and whoever needs one stand aside until then. */
export class StandingAside {
  readonly #parts: StandingAsideParts;
  readonly #deadlinePins = new Pins();
  #deadlineWaits = false;

  constructor(parts: StandingAsideParts) {
    this.#parts = parts;
  }

  /** A deadline needs a stream that is being read back: none is decided meanwhile, so that they keep their order. */
  get deadlineWaits(): boolean {
    return this.#deadlineWaits;
  }

  /** Decides a command, or a deadline where `waiting` is `undefined`. */
  decide<T>(waiting: Waiting | undefined, decide: () => T): T | typeof SET_ASIDE {
    try {
      const decided = decide();
      (waiting === undefined ? this.#deadlinePins : waiting.pins)?.release();
      return decided;
    } catch (error) {
      if (!(error instanceof StreamSetAside)) throw error;
      (waiting === undefined ? this.#deadlinePins : (waiting.pins ??= new Pins())).add(error.entry);
      this.#deadlineWaits ||= waiting === undefined;
      if (this.#parts.queue.setAside(error.entry, waiting)) void this.#bringBack(error.entry);
      return SET_ASIDE;
    }
  }

  async #bringBack(entry: StreamEntry): Promise<void> {
    const { queue, answers, readBack, onBack } = this.#parts;
    let failed = false;
    try {
      await readBack(entry);
      queue.resume(entry);
    } catch (error) {
      const unread = queue.release(entry);
      for (const { pins } of unread) pins?.release();
      answers.refuse(unread, 'history-unavailable', (error as Error).message);
      failed = this.#deadlineWaits;
    }
    this.#deadlineWaits = false;
    onBack(failed);
  }
}
