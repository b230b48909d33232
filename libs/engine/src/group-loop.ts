import { Answers, type Answered } from './answers.ts';
import type { CommandRequest, CommandResult } from './command.ts';
import type { Clock } from './clock.ts';
import { ClockMoves, HALF_MOVED, type Fired } from './clock-moves.ts';
import { CommandQueue } from './command-queue.ts';
import { EngineError } from './errors.ts';
import { InputGate } from './input-gate.ts';
import { Lateness } from './lateness.ts';
import type { Mechanisms } from './mechanisms.ts';
import type { EventLog, Group } from './ports/event-log.ts';
import type { ViewFeed } from './ports/view-feed.ts';
import { earliestLive } from './processor/deadlines.ts';
import type { Processor } from './processor/processor.ts';
import type { StreamEntry } from './processor/stream-entry.ts';
import { afterQuietTurn } from './quiet-turn.ts';
import { SET_ASIDE, StandingAside } from './standing-aside.ts';

/** Commands of one group at most; more wait for the next. */
const GROUP_COMMANDS = 1024;
/** Bytes of one group at most: a commit that is too large makes everybody wait. */
const GROUP_BYTES = 4 << 20;
/** Deadlines of one group at most, so that a backlog of them does not starve the callers. */
const GROUP_DEADLINES = 512;
/** The clock is looked at no less often than this, ms: a wall clock may jump. Also the pause after a failed append. */
const LONGEST_NAP = 250;

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
  readonly #aside: StandingAside;
  readonly #moves: ClockMoves;
  readonly #onGroup: (group: Group, answered: readonly Answered[], began: number) => void;
  #scheduled = false;
  #busy = false;
  #stopped = false;
  /** Deadlines due at this instant or before may be decided, once the commands up to `#ripeBehind` are. */
  #ripeUntil = -Infinity;
  #ripeBehind = 0;
  /** The last append failed, or a stream could not be read: deadlines, which nobody sends again, wait for a while. */
  #failed = false;
  #cancelTick: () => void = () => undefined;
  #idle: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  /** Deadlines of simulated tenants in the open group. */
  #simulated = 0;
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
    /** Told of each durable group and the commands in it, when no group is open. */
    readonly onGroup: (group: Group, answered: readonly Answered[], began: number) => void;
    /** Told of a failure after which nobody knows what the log kept. */
    readonly onFatal: (error: unknown) => void;
  }) {
    this.#processor = parts.processor;
    this.#log = parts.log;
    this.#feed = parts.feed;
    this.#clock = parts.clock;
    this.#mechanisms = parts.mechanisms;
    this.#aside = new StandingAside({
      ...{ queue: this.#queue, answers: this.answers, readBack: parts.readBack },
      onBack: (failed) => {
        this.#failed ||= failed;
        this.#schedule();
      },
    });
    this.#moves = new ClockMoves(parts.processor.partition, this.#queue, (tenant) => this.#fireNext(tenant));
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
    this.#moves.look();
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
    while (this.#busy || this.#scheduled || !this.#queue.isEmpty || this.#moves.isAwaited)
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
    const { movers, undone } = this.#moves.giveUp(taken);
    for (const { reject } of [...movers, ...undone, ...this.#idle.splice(0)]) reject(error);
    for (const waiting of this.#queue.drain()) waiting.reject(error);
    this.#onFatal(error);
  }

  async #runGroup(answered: Answered[]): Promise<void> {
    this.#busy = true;
    const started = performance.now();
    this.#processor.begin(this.#clock.now());
    if (!this.#mechanisms.deadlinesAfterInput) this.#decideRipe(this.#clock.now());
    this.#simulated = 0;
    this.#moves.goOn(answered);
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
      const { movers, undone } = this.#moves.giveUp(answered);
      this.#moves.look();
      this.answers.refuse(undone, 'log-unavailable', failure.message);
      this.answers.refuse(movers, 'log-unavailable', HALF_MOVED);
      this.#ripeUntil = -Infinity;
      this.#failed = true;
    } else {
      this.#processor.commit();
      for (const late of this.#fired.splice(0)) this.lateness.add(late);
      this.answers.give(answered);
    }
    this.#busy = false;
    if (group !== undefined && failure === undefined) this.#onGroup(group, answered, started);
    if (taken > 0) this.groups++;
    this.#goOn();
  }

  #take(answered: Answered[]): number {
    let taken = 0;
    for (; taken < GROUP_COMMANDS && this.#processor.groupBytes < GROUP_BYTES; taken++) {
      const waiting = this.#queue.take();
      if (waiting === undefined) break;
      if (this.#moves.holds(waiting)) continue;
      const result = this.#aside.decide(waiting, () => this.#processor.decide(waiting.request));
      if (result === SET_ASIDE) continue;
      if (this.#moves.keeps({ waiting, result })) this.#moves.goOn(answered);
      else answered.push({ waiting, result });
    }
    return taken;
  }

  #decideRipe(until: number): void {
    const { deadlines, times } = this.#processor.partition;
    for (const tenant of deadlines.tenants) {
      if (times.clockOf(tenant).mode !== 'live') continue;
      while (this.#fired.length < GROUP_DEADLINES && !this.#aside.deadlineWaits) {
        const ripe = deadlines.takeRipe(tenant, until);
        if (ripe === undefined) break;
        const result = this.#aside.decide(undefined, () => this.#processor.decideDeadline(ripe));
        if (result !== SET_ASIDE) this.#fired.push(times.wall - ripe.deadline.due);
      }
    }
  }

  /** The next deadline that a simulated clock has passed, where there is room for it in this group. */
  #fireNext(tenant: string): Fired {
    const isFull = this.#simulated >= GROUP_DEADLINES || this.#processor.groupBytes >= GROUP_BYTES;
    if (isFull || this.#failed || this.#aside.deadlineWaits) return 'later';
    const fired = this.#aside.decide(undefined, () => this.#processor.fireNextSimulated(tenant));
    if (fired === SET_ASIDE) return 'later';
    this.#simulated++;
    return fired ? 'fired' : 'none';
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
    return !this.#aside.deadlineWaits && earliestLive(this.#processor.partition) <= until;
  }

  /** After `stop` a move that nobody waits for is left to the next start. */
  #moveOnNow(): boolean {
    if (this.#moves.isEmpty || this.#failed || this.#aside.deadlineWaits) return false;
    return !this.#stopped || !this.#queue.isEmpty || this.#moves.isAwaited;
  }

  #goOn(): void {
    if (this.#queue.ready > 0 || this.#moveOnNow() || this.#dueNow(this.#ripeNow())) this.#schedule();
    else if (this.#queue.isEmpty && this.#moves.isEmpty)
      for (const { resolve } of this.#idle.splice(0)) resolve();
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
    if (this.#moveOnNow()) this.#schedule();
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
