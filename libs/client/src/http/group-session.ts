import {
  logFenced,
  logUnavailable,
  type KeptProgress,
  type OwnedProgress,
  type ParkedEvent,
} from '@orderloom/engine';
import { pause } from '../consuming/attempts.ts';
import type { Incoming } from '../consuming/following.ts';
import type { Frame } from './event-frames.ts';
import type { GroupCalls, Heard } from './group-calls.ts';
import type { GroupConnection } from './group-connection.ts';
import { incomingEvent, problemIn } from './incoming.ts';

/** How often the engine hears that this reader lives, ms: well within the time of its lease. */
const ALIVE_EVERY_MS = 5_000;
/** For how long progress is tried to be kept, ms. */
const KEEP_WITHIN_MS = 10_000;
const KEEP_PAUSE_MS = 200;

type Taken = {
  readonly lease: string;
  readonly parked: readonly { stream: string; version: number; reason: string; at: string }[];
  /** Streams of which something is parked where other readers are. */
  readonly elsewhere?: readonly string[];
};

type SessionParts = {
  readonly calls: Pick<GroupCalls, 'say'>;
  readonly group: string;
  readonly stopping: AbortSignal;
};

/** What ends a turn: it is over, or the next one has begun. */
const endsTurn = ({ name }: Frame): boolean => name === 'over' || name === 'taken';

/**
 * A group's events in the hands of this reader, for one turn. Events are counted from 1; where they stand is the engine's to
 * know.
 */
export class GroupSession {
  readonly #connection: GroupConnection;
  readonly #parts: SessionParts;
  readonly #taken: Taken;
  readonly #positions = new Map<number, string>();
  #read = 0;
  #isLost = false;
  #isOver = false;
  readonly #alive: NodeJS.Timeout;

  private constructor(connection: GroupConnection, parts: SessionParts, taken: Taken) {
    this.#connection = connection;
    this.#parts = parts;
    this.#taken = taken;
    this.#alive = setInterval(() => void this.#stayAlive(), ALIVE_EVERY_MS).unref();
  }

  /** Waits for this reader's next turn, until `stopping` aborts. Throws `LogUnavailable` where it may come later. */
  static async begin(connection: GroupConnection, parts: SessionParts): Promise<GroupSession> {
    const giveUp = (): void => connection.close();
    parts.stopping.addEventListener('abort', giveUp, { once: true });
    try {
      if (parts.stopping.aborted) throw logUnavailable('it was stopped');
      for (;;) {
        const frames = await connection.next();
        const at = frames.findIndex(({ name }) => name === 'taken' || name === 'problem');
        const frame = frames[at];
        if (frame === undefined) continue;
        if (frame.name === 'problem') throw problemIn(frame);
        connection.unread(frames.slice(at + 1));
        return new GroupSession(connection, parts, JSON.parse(frame.data) as Taken);
      }
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      parts.stopping.removeEventListener('abort', giveUp);
    }
  }

  async #next(): Promise<readonly Frame[]> {
    try {
      return await this.#connection.next();
    } catch (error) {
      throw this.#isLost ? this.#lost() : error;
    }
  }

  /**
   * Ends when the turn is over, and when `signal` aborts; the turn is kept until `close`, since what was begun has yet to be
   * kept.
   */
  async *read(signal: AbortSignal): AsyncGenerator<readonly Incoming[]> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      while (!signal.aborted && !this.#isOver) {
        const frames = await Promise.race([this.#next(), stopped]);
        if (frames === undefined) return;
        const incoming = this.#ofThisTurn(frames).flatMap((frame) => this.#incoming(frame));
        if (incoming.length > 0) yield incoming;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #ofThisTurn(frames: readonly Frame[]): readonly Frame[] {
    const end = frames.findIndex(endsTurn);
    if (end < 0) return frames;
    this.#isOver = true;
    this.#connection.unread(frames.slice(frames[end]?.name === 'over' ? end + 1 : end));
    return frames.slice(0, end);
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
    const { parked, elsewhere = [] } = this.#taken;
    const { group } = this.#parts;
    return {
      index: 0,
      parked: parked.map(({ stream, version, reason, at }) => ({
        ...{ handler: group, streamId: stream, version, reason, recordedAt: Date.parse(at) },
      })),
      parkedElsewhere: elsewhere.map((streamId) => ({
        ...{ handler: group, streamId, version: 0, reason: '', recordedAt: 0 },
      })),
      keep: (kept) => this.#keep(kept),
      asked: async () => (await this.#say({})).redrive,
      close: () => this.#close(),
    };
  }

  async #keep({ index, parked, released = [], redriven = [] }: KeptProgress): Promise<void> {
    const position = this.#positions.get(index);
    await this.#say({
      ...(position !== undefined && { position }),
      parked: parked.map((event) => this.#said(event)),
      released: released.map(({ streamId, version }) => ({ stream: streamId, version })),
      redriven,
    });
    for (const older of this.#positions.keys()) {
      if (older >= index) break;
      this.#positions.delete(older);
    }
  }

  #said({ streamId, version, reason, recordedAt, index = 0 }: ParkedEvent): object {
    const position = this.#positions.get(index);
    return {
      ...{ stream: streamId, version, reason, at: new Date(recordedAt).toISOString() },
      ...(position !== undefined && { position }),
    };
  }

  async #stayAlive(): Promise<void> {
    await this.#say({}).catch(() => undefined);
  }

  /** The connection stays where another turn may follow on it: a new one would be a new member of the group. */
  async #close(): Promise<void> {
    clearInterval(this.#alive);
    if (this.#isOver && !this.#isLost) await this.#say({ over: true }).catch(() => undefined);
    if (!this.#isOver && !this.#isLost) this.#connection.close();
  }

  #lost(): Error {
    this.#isLost = true;
    return logFenced(`another consumer of ${this.#parts.group} has taken over`);
  }

  /** What is said twice has one effect, so it is said until it was heard. */
  async #say(progress: object): Promise<Heard> {
    const { signal } = this.#connection;
    for (const deadline = performance.now() + KEEP_WITHIN_MS; ;) {
      const answer = await this.#parts.calls.say({ lease: this.#taken.lease, ...progress }, signal);
      if (typeof answer === 'object') return answer;
      if (answer === 'lost') throw this.#lost();
      if (signal.aborted || performance.now() > deadline)
        throw logUnavailable('progress cannot be kept just now');
      await pause(KEEP_PAUSE_MS, signal);
    }
  }
}
