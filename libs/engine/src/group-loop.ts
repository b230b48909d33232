import { Answers, type Answered } from './answers.ts';
import type { CommandRequest, CommandResult } from './command.ts';
import type { Clock } from './clock.ts';
import { CommandQueue, type Waiting } from './command-queue.ts';
import { EngineError } from './errors.ts';
import { InputGate } from './input-gate.ts';
import { Lateness } from './lateness.ts';
import type { Mechanisms } from './mechanisms.ts';
import type { EventLog, Group } from './ports/event-log.ts';
import type { ViewFeed } from './ports/view-feed.ts';
import { earliestLive } from './processor/deadlines.ts';
import type { Processor } from './processor/processor.ts';
import { Pins } from './processor/pins.ts';
import { StreamSetAside, type StreamEntry } from './processor/streams.ts';
import { afterQuietTurn } from './quiet-turn.ts';

/** Commands of one group at most; more wait for the next. */
const GROUP_COMMANDS = 1024;
/** Bytes of one group at most: a commit that is too large makes everybody wait. */
const GROUP_BYTES = 4 << 20;
/** Deadlines of one group at most, so that a backlog of them does not starve the callers. */
const GROUP_DEADLINES = 512;
/** The clock is looked at no less often than this, ms: a wall clock may jump. Also the pause after a failed append. */
const LONGEST_NAP = 250;

/** The command stands aside: a stream that it needs is being read back. */
const SET_ASIDE = Symbol('set aside');

const stopped = (): EngineError => new EngineError('stopped', 'the engine has stopped', { retryable: true });

/**
 * Turns concurrent commands into groups: all that arrive before a turn of the event loop brings no more are decided one
 * after another and share one durable append. One group is under way at a time; nobody is answered before it is durable.
 */
export class GroupLoop {
  readonly lateness = new Lateness();
  readonly gate = new InputGate();
  readonly answers = new Answers();
  groups = 0;
  events = 0;
  decideMs = 0;
  commitMs = 0;

  readonly #processor: Processor;
  readonly #log: EventLog;
  readonly #feed: Pick<ViewFeed, 'feed'>;
  readonly #clock: Clock;
  readonly #mechanisms: Mechanisms;
  readonly #onFatal: (error: unknown) => void;
  readonly #queue = new CommandQueue();
  readonly #readBack: (entry: StreamEntry) => Promise<void>;
  readonly #onGroup: (group: Group) => void;
  #scheduled = false;
  #busy = false;
  #stopped = false;
  /** Deadlines due at this instant or before may be decided, once the commands up to `#ripeBehind` are. */
  #ripeUntil = -Infinity;
  #ripeBehind = 0;
  /** A deadline needs a stream that is being read back. */
  #deadlineAwaits = false;
  readonly #deadlinePins = new Pins();
  /** The last append failed, or a stream could not be read: deadlines, which nobody sends again, wait for a while. */
  #failed = false;
  #cancelTick: () => void = () => undefined;
  #idle: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  /** How late the deadlines of the open group are, ms: they count once it is durable. */
  #fired: number[] = [];
  #lost = false;

  constructor(parts: {
    readonly processor: Processor;
    readonly log: EventLog;
    readonly feed: Pick<ViewFeed, 'feed'>;
    readonly clock: Clock;
    readonly mechanisms: Mechanisms;
    /** Reads the state of a stream back that was set aside. Rejects with an `EngineError`. */
    readonly readBack: (entry: StreamEntry) => Promise<void>;
    /** Told of each durable group, when no group is open. */
    readonly onGroup: (group: Group) => void;
    /** Told of a failure after which nobody knows what the log kept. */
    readonly onFatal: (error: unknown) => void;
  }) {
    this.#processor = parts.processor;
    this.#log = parts.log;
    this.#feed = parts.feed;
    this.#clock = parts.clock;
    this.#mechanisms = parts.mechanisms;
    this.#readBack = parts.readBack;
    this.#onGroup = parts.onGroup;
    this.#onFatal = parts.onFatal;
  }

  /** Nobody knows what the log kept: what is in memory may be more than that. */
  get lost(): boolean {
    return this.#lost;
  }

  send(request: CommandRequest): Promise<CommandResult> {
    if (this.#stopped) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#queue.add({ request, resolve, reject });
      this.#schedule();
    });
  }

  /** Begins to watch deadlines. */
  start(): void {
    this.#tick();
  }

  /** Resolves when no command waits and no ripe deadline is left. */
  settled(): Promise<void> {
    if (this.#lost) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#idle.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** Takes no more commands; resolves when those taken are answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    while (this.#busy || this.#scheduled || !this.#queue.isEmpty)
      await new Promise((resolve) => setImmediate(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#busy || this.#lost) return;
    this.#scheduled = true;
    const close = (): void => {
      this.#scheduled = false;
      const taken: Answered[] = [];
      this.#runGroup(taken).catch((error: unknown) => this.#giveUp(taken, error));
    };
    afterQuietTurn(() => this.#queue.ready, GROUP_COMMANDS, close);
  }

  /** What the log kept is unknown: nobody is told anything, nothing more is taken, the owner decides. */
  #giveUp(taken: readonly Answered[], error: unknown): void {
    this.#lost = true;
    this.#stopped = true;
    this.#busy = false;
    this.#cancelTick();
    for (const { reject } of [...taken.map(({ waiting }) => waiting), ...this.#idle.splice(0)]) reject(error);
    for (const waiting of this.#queue.drain()) waiting.reject(error);
    this.#onFatal(error);
  }

  async #runGroup(answered: Answered[]): Promise<void> {
    this.#busy = true;
    const started = performance.now();
    this.#processor.begin(this.#clock.now());
    if (!this.#mechanisms.deadlinesAfterInput) this.#decideRipe(this.#clock.now());
    const taken = this.#take(answered);
    if (!this.#queue.holdsUpTo(this.#ripeBehind) && this.#mechanisms.deadlinesAfterInput)
      this.#decideRipe(this.#ripeNow());
    const group = this.#processor.group();
    this.decideMs += performance.now() - started;
    if (!this.#mechanisms.acknowledgeAfterCommit) this.answers.give(answered);
    const failure = group === undefined ? undefined : await this.#append(group);
    if (failure !== undefined) {
      this.#processor.rollback();
      this.#fired = [];
      const waiting = answered.map((one) => one.waiting);
      this.answers.refuse(waiting, 'log-unavailable', failure.message);
      this.#ripeUntil = -Infinity;
      this.#failed = true;
    } else {
      this.#processor.commit();
      for (const late of this.#fired.splice(0)) this.lateness.add(late);
      this.answers.give(answered);
    }
    this.#busy = false;
    if (group !== undefined && failure === undefined) this.#onGroup(group);
    if (taken > 0) this.groups++;
    this.#goOn();
  }

  #take(answered: Answered[]): number {
    let taken = 0;
    for (; taken < GROUP_COMMANDS && this.#processor.groupBytes < GROUP_BYTES; taken++) {
      const waiting = this.#queue.take();
      if (waiting === undefined) break;
      const result = this.#unlessSetAside(waiting, () => this.#processor.decide(waiting.request));
      if (result !== SET_ASIDE) answered.push({ waiting, result });
    }
    return taken;
  }

  #decideRipe(until: number): void {
    const { deadlines, times } = this.#processor.partition;
    for (const tenant of deadlines.tenants) {
      if (times.clockOf(tenant).mode !== 'live') continue;
      while (this.#fired.length < GROUP_DEADLINES && !this.#deadlineAwaits) {
        const ripe = deadlines.takeRipe(tenant, until);
        if (ripe === undefined) break;
        const result = this.#unlessSetAside(undefined, () => this.#processor.decideDeadline(ripe));
        if (result === SET_ASIDE) this.#deadlineAwaits = true;
        else this.#fired.push(times.wall - ripe.deadline.due);
      }
    }
  }

  /** Decides; where a stream has to be read back first, sees to that, and has the command stand aside until then. */
  #unlessSetAside<T>(waiting: Waiting | undefined, decide: () => T): T | typeof SET_ASIDE {
    try {
      const decided = decide();
      (waiting === undefined ? this.#deadlinePins : waiting.pins)?.release();
      return decided;
    } catch (error) {
      if (!(error instanceof StreamSetAside)) throw error;
      (waiting === undefined ? this.#deadlinePins : (waiting.pins ??= new Pins())).add(error.entry);
      if (this.#queue.setAside(error.entry, waiting)) void this.#bringBack(error.entry);
      return SET_ASIDE;
    }
  }

  async #bringBack(entry: StreamEntry): Promise<void> {
    try {
      await this.#readBack(entry);
      this.#queue.resume(entry);
    } catch (error) {
      const unread = this.#queue.release(entry);
      for (const { pins } of unread) pins?.release();
      this.answers.refuse(unread, 'history-unavailable', (error as Error).message);
      this.#failed = this.#deadlineAwaits;
    }
    this.#deadlineAwaits = false;
    this.#schedule();
  }

  /** Appends the group; gives the failure after which nothing of it is in the log. */
  async #append(group: Group): Promise<EngineError | undefined> {
    const started = performance.now();
    // The writer's buffer is reused: the views get their own copy, made only once the group is durable.
    try {
      const appended = this.#log.append(group);
      if (appended !== undefined) await appended;
    } catch (error) {
      if (error instanceof EngineError && error.retryable) return error;
      throw error;
    } finally {
      this.commitMs += performance.now() - started;
    }
    this.events += group.count;
    if (group.count > 0)
      this.#feed.feed({ first: group.first, count: group.count, frames: new Uint8Array(group.frames) });
    return undefined;
  }

  /** A wall clock that was set back makes nothing ripe that it says is not due; nothing is ripe any more after `stop`. */
  #ripeNow(): number {
    return this.#stopped ? -Infinity : Math.min(this.#ripeUntil, this.#clock.now());
  }

  #dueNow(until: number): boolean {
    return !this.#deadlineAwaits && earliestLive(this.#processor.partition) <= until;
  }

  #goOn(): void {
    if (this.#queue.ready > 0 || this.#dueNow(this.#ripeNow())) this.#schedule();
    else if (this.#queue.isEmpty) for (const { resolve } of this.#idle.splice(0)) resolve();
  }

  /**
   * Looks at the clock. What is due at this instant is ripe only when everything that had arrived before it is decided:
   * the gate opens when it has become commands, and a group decides its commands before its deadlines.
   */
  #tick(): void {
    if (this.#stopped) return;
    const now = this.#clock.now();
    const next = (): void => {
      this.#cancelTick = this.#clock.after(this.#nap(), () => {
        this.#tick();
      });
    };
    if (this.#failed || this.#queue.holdsUpTo(this.#ripeBehind) || !this.#dueNow(now)) {
      next();
      this.#failed = false;
      return;
    }
    this.gate.whenDrained(() => {
      if (this.#stopped) return;
      this.#ripeUntil = now;
      this.#ripeBehind = this.#queue.lastArrival;
      this.#schedule();
      next();
    });
  }

  #nap(): number {
    if (this.#failed) return LONGEST_NAP;
    return Math.min(LONGEST_NAP, Math.max(1, earliestLive(this.#processor.partition) - this.#clock.now()));
  }
}
