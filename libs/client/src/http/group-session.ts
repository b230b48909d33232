import {
  logFenced,
  logUnavailable,
  type KeptProgress,
  type OwnedProgress,
  type ParkedEvent,
} from '@orderloom/engine';
import { pause } from '../consuming/attempts.ts';
import type { Incoming } from '../consuming/following.ts';
import { framesOf, type Frame } from './event-frames.ts';
import type { GroupCalls, Heard } from './group-calls.ts';
import { incomingEvent, problemIn } from './incoming.ts';

/** How often the engine hears that this reader lives, ms: well within the time of its lease. */
const ALIVE_EVERY_MS = 5_000;
/** For how long progress is tried to be kept, ms. */
const KEEP_WITHIN_MS = 10_000;
const KEEP_PAUSE_MS = 200;

type Taken = {
  readonly lease: string;
  readonly parked: readonly { stream: string; version: number; reason: string; at: string }[];
};

const ended = (): Error => logUnavailable('the stream of events has ended');

/**
 * A group's events in the hands of this reader, from the turn on that it was given until `close`. Events are counted
 * from 1; where they stand is the engine's to know.
 */
export class GroupSession {
  readonly #calls: GroupCalls;
  readonly #group: string;
  readonly #connection = new AbortController();
  readonly #positions = new Map<number, string>();
  #frames: AsyncIterator<readonly Frame[]> | undefined;
  #first: readonly Frame[] = [];
  #taken: Taken = { lease: '', parked: [] };
  #read = 0;
  #isFenced = false;
  #alive: NodeJS.Timeout | undefined;

  private constructor(calls: GroupCalls, group: string) {
    this.#calls = calls;
    this.#group = group;
  }

  /** Waits for this reader's turn, until `stopping` aborts. Throws `LogUnavailable` where it may come later. */
  static async open(calls: GroupCalls, group: string, stopping: AbortSignal): Promise<GroupSession> {
    const session = new GroupSession(calls, group);
    const giveUp = (): void => session.#connection.abort();
    stopping.addEventListener('abort', giveUp, { once: true });
    try {
      if (stopping.aborted) throw ended();
      await session.#begin();
      return session;
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      stopping.removeEventListener('abort', giveUp);
    }
  }

  async #begin(): Promise<void> {
    const body = await this.#calls.listen(this.#connection.signal);
    this.#frames = framesOf(body)[Symbol.asyncIterator]();
    for (;;) {
      const frames = await this.#next();
      const at = frames.findIndex(({ name }) => name === 'taken' || name === 'problem');
      const frame = frames[at];
      if (frame === undefined) continue;
      if (frame.name === 'problem') throw problemIn(frame);
      this.#taken = JSON.parse(frame.data) as Taken;
      this.#first = frames.slice(at + 1);
      this.#alive = setInterval(() => void this.#stayAlive(), ALIVE_EVERY_MS).unref();
      return;
    }
  }

  async #next(): Promise<readonly Frame[]> {
    try {
      const next = await this.#frames?.next();
      if (next?.done === false) return next.value;
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    // The turn has ended with its stream: nothing more can be kept.
    this.#connection.abort();
    throw this.#isFenced ? logFenced(`another consumer of ${this.#group} has taken over`) : ended();
  }

  /** Ends when `signal` aborts; the turn is kept until `close`, since what was begun has yet to be kept. */
  async *read(signal: AbortSignal): AsyncGenerator<readonly Incoming[]> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      for (let frames: readonly Frame[] | undefined = this.#first; frames !== undefined && !signal.aborted;) {
        const incoming = frames.flatMap((frame) => this.#incoming(frame));
        if (incoming.length > 0) yield incoming;
        frames = await Promise.race([this.#next(), stopped]);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #incoming(frame: Frame): readonly Incoming[] {
    const { id, name, data } = frame;
    if (name === 'problem') throw problemIn(frame);
    if (name !== 'message' || id === undefined) return [];
    const index = ++this.#read;
    this.#positions.set(index, id);
    return [{ index, event: data === '' ? undefined : incomingEvent(frame) }];
  }

  /** What the engine keeps of the group; places count from this turn on. */
  get owned(): OwnedProgress {
    return {
      index: 0,
      parked: this.#taken.parked.map(({ stream, version, reason, at }) => ({
        ...{ handler: this.#group, streamId: stream, version, reason, recordedAt: Date.parse(at) },
      })),
      keep: (kept) => this.#keep(kept),
      asked: async () => (await this.#say({})).redrive,
      close: async () => {
        clearInterval(this.#alive);
        this.#connection.abort();
      },
    };
  }

  async #keep({ index, parked, released = [], redriven = [] }: KeptProgress): Promise<void> {
    const position = this.#positions.get(index);
    await this.#say({
      ...(position !== undefined && { position }),
      parked: parked.map(said),
      released: released.map(({ streamId, version }) => ({ stream: streamId, version })),
      redriven,
    });
    for (const older of this.#positions.keys()) {
      if (older >= index) break;
      this.#positions.delete(older);
    }
  }

  async #stayAlive(): Promise<void> {
    await this.#say({}).catch(() => undefined);
  }

  /** What is said twice has one effect, so it is said until it was heard. */
  async #say(progress: object): Promise<Heard> {
    const { signal } = this.#connection;
    for (const deadline = performance.now() + KEEP_WITHIN_MS; ;) {
      const answer = await this.#calls.say({ lease: this.#taken.lease, ...progress }, signal);
      if (typeof answer === 'object') return answer;
      if (answer === 'lost') {
        this.#isFenced = true;
        this.#connection.abort();
        throw logFenced(`another consumer of ${this.#group} has taken over`);
      }
      if (signal.aborted || performance.now() > deadline)
        throw logUnavailable('progress cannot be kept just now');
      await pause(KEEP_PAUSE_MS, signal);
    }
  }
}

const said = ({ streamId, version, reason, recordedAt }: ParkedEvent): object => ({
  ...{ stream: streamId, version, reason, at: new Date(recordedAt).toISOString() },
});
