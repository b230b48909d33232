import { logUnavailable } from '@orderloom/engine';
import { framesOf, type Frame } from './event-frames.ts';
import type { GroupCalls } from './group-calls.ts';

/** The stream of a group's events for one member, over which its turns come one after the other. */
export class GroupConnection {
  readonly #frames: AsyncIterator<readonly Frame[]>;
  readonly #ending: AbortController;
  #unread: readonly Frame[] = [];
  /** Whoever stops waiting for it leaves it to the next one. */
  #coming: Promise<IteratorResult<readonly Frame[], unknown>> | undefined;

  private constructor(frames: AsyncIterator<readonly Frame[]>, ending: AbortController) {
    this.#frames = frames;
    this.#ending = ending;
  }

  /** Throws `LogUnavailable` where it may be had later. */
  static async open({ listen }: Pick<GroupCalls, 'listen'>): Promise<GroupConnection> {
    const ending = new AbortController();
    const body = await listen(ending.signal);
    return new GroupConnection(framesOf(body)[Symbol.asyncIterator](), ending);
  }

  /** Aborts when it has ended. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The next frames. Throws `LogUnavailable` when the stream has ended, a RangeError for what is no such stream. */
  async next(): Promise<readonly Frame[]> {
    const unread = this.#unread;
    this.#unread = [];
    if (unread.length > 0) return unread;
    const coming = (this.#coming ??= this.#frames.next());
    try {
      const next = await coming;
      if (this.#coming === coming) this.#coming = undefined;
      if (next.done === false) return next.value;
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    this.close();
    throw logUnavailable('the stream of events has ended');
  }

  /** Gives frames back that belong to the next turn. */
  unread(frames: readonly Frame[]): void {
    this.#unread = [...frames, ...this.#unread];
  }

  close(): void {
    this.#ending.abort();
  }
}
