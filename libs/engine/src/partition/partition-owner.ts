import type { Clock } from '../clock.ts';
import { commandsOf, type OnDecided } from '../decided.ts';
import { EngineError } from '../errors.ts';
import type {
  FollowedPartition,
  InputRecord,
  Lane,
  LaneOffsets,
  OwnedPartition,
} from '../ports/partition-port.ts';
import { earliestLive } from '../processor/deadlines.ts';
import type { Processor } from '../processor/processor.ts';
import { BringingUp } from './bringing-up.ts';
import { decideRound, type Round } from './decide-round.ts';
import { firstState, type FirstStateParts } from './first-state.ts';
import type { GlobalEvents } from './global-events.ts';
import { InputLanes } from './input-lanes.ts';
import { refuseOffsetsBehind } from './offsets-behind.ts';
import { PartitionFigures } from './partition-figures.ts';
import { SlotMover, type SlotMoving } from './slot-mover.ts';
import { StepSize } from './step-size.ts';
import { Waking } from './waking.ts';

/** Pause after a step that failed, ms: nobody hammers a broker that is away. */
const PAUSE_MS = 50;
/** Pause after what no retry mends, ms: it is tried again, since somebody may repair it. */
const LONG_PAUSE_MS = 2_000;
/** A partition that is followed is at most about so far behind its owner, ms. */
const FOLLOW_EVERY_MS = 500;

export type PartitionOwnerParts = FirstStateParts & {
  readonly index: number;
  /** Fences every former owner and opens the partition. */
  readonly acquire: () => Promise<OwnedPartition>;
  /** Stands by: while the partition is somebody else's its state is kept at the log's end. Left out: it is parked. */
  readonly follow?: (() => Promise<FollowedPartition>) | undefined;
  /** Resolves when the group has said again that the partition is still this process's: after fencing. */
  readonly stillOurs: () => Promise<void>;
  readonly globals: GlobalEvents;
  readonly clock: Clock;
  readonly moving: SlotMoving;
  /** Told after each durable step. */
  readonly onStep?: () => void;
  readonly onDecided?: OnDecided;
  readonly onProblem: (error: unknown) => void;
};

/**
 * One partition as this process may own it: reads lanes, decides in a processor, appends each round as one step.
 * While the partition is somebody else's its state is parked, or follows; taken again, it is brought to the log's end, not
 * built anew.
 * Whatever goes wrong has one answer: give the partition up, take it again, and let the log say what was kept.
 */
export class PartitionOwner extends PartitionFigures {
  readonly index: number;
  readonly #parts: PartitionOwnerParts;
  readonly #lanes = new InputLanes();
  readonly #mover: SlotMover;
  readonly #bringingUp: BringingUp;
  readonly #size = new StepSize();
  #processor: Processor | undefined;
  #session: OwnedPartition | undefined;
  #assigned = false;
  #stopped = false;
  #commitIdle = false;
  readonly #waking = new Waking();
  #cancelFollowing: () => void = () => undefined;
  #standsBy = false;
  readonly #running: Promise<void>;

  constructor(parts: PartitionOwnerParts) {
    super();
    this.#parts = parts;
    this.index = parts.index;
    this.#mover = new SlotMover(parts);
    this.#bringingUp = new BringingUp({ globals: parts.globals, mover: this.#mover });
    parts.globals.onAdded(() => {
      this.wake();
    });
    this.#running = this.#run();
  }

  /** Whether the partition is open here: fenced, restored, deciding. */
  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** Whether the partition is somebody else's and has been followed to its end: it can be taken over at once. */
  get standsBy(): boolean {
    return this.#standsBy;
  }

  /** The state, for reading; `undefined` while another process may be ahead of it. */
  get processor(): Processor | undefined {
    return this.#session === undefined ? undefined : this.#processor;
  }

  /** Up to where each lane is decided and durable; `undefined` where the partition is not open here. */
  get positions(): LaneOffsets | undefined {
    return this.#session === undefined ? undefined : this.#lanes.positions;
  }

  waiting(lane: Lane): number {
    return this.#lanes.queues[lane].length;
  }

  /** The group has been dealt out anew: every lane is read again from what is committed. State and session stay. */
  assign(assigned: boolean): void {
    this.#lanes.readAgain();
    this.#assigned = assigned;
    this.#standsBy = false;
    this.wake();
  }

  offer(lane: Lane, records: readonly InputRecord[]): void {
    this.#lanes.offer(lane, records);
    this.wake();
  }

  readUpTo(lane: Lane, offset: number): void {
    this.#lanes.readUpTo(lane, offset);
  }

  /** Whether a live deadline is due by this instant. */
  isDue(now: number): boolean {
    if (this.#session === undefined || this.#processor === undefined) return false;
    return earliestLive(this.#processor.partition) <= now;
  }

  /** Deadlines due at `at` are ripe when the lanes are decided up to `ends`, which were asked for after it. */
  ripenAt(at: number, ends: LaneOffsets): void {
    this.#lanes.ripenAt(at, ends);
    this.wake();
  }

  /** Commits the read positions of lanes that have come to rest, so that others can see that nothing waits here. */
  commitIdle(): void {
    if (this.#session === undefined || !this.#lanes.haveComeToRest) return;
    this.#commitIdle = true;
    this.wake();
  }

  wake(): void {
    this.#waking.wake();
  }

  /** Finishes the step under way and gives the partition up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#running;
    this.#cancelFollowing();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#waking.begin();
      try {
        if (!this.#assigned) {
          await this.#giveUp();
          await this.#follow();
        } else if (await this.#step()) continue;
        await this.#waking.sleep();
      } catch (error) {
        await this.#recover(error);
      }
    }
    await this.#giveUp();
  }

  /** Decides and appends one round; false where there was nothing to do. */
  async #step(): Promise<boolean> {
    const session = (this.#session ??= await this.#open());
    const processor = this.#processor;
    if (processor === undefined || !this.#isAssigned()) return false;
    const hasMoved = await this.#move(session, processor);
    // While slots were read from elsewhere, the group may have been dealt out anew.
    if (!this.#isAssigned()) return false;
    this.#bringingUp.follow(processor);
    const started = performance.now();
    const now = this.#parts.clock.now();
    const { round, held } = decideRound(processor, this.#lanes.queues, {
      now,
      ripeUntil: this.#lanes.ripeUntil,
      records: this.#size.records,
      tooLarge: this.#size.tooLarge,
      commitIdle: this.#commitIdle,
      unheld: this.#lanes.held.overdue(now),
    });
    const lookAgain = this.#lanes.held.note(held, now);
    if (lookAgain !== undefined)
      this.#parts.clock.after(lookAgain, () => {
        this.wake();
      });
    this.#commitIdle = false;
    const decided = performance.now();
    this.decideMs += decided - started;
    if (round === undefined) {
      processor.commit();
      return hasMoved;
    }
    try {
      await session.append(round.step);
    } catch (error) {
      processor.rollback();
      this.#size.failed(error, round.records, this.#lanes.queues);
      throw error;
    }
    this.commitMs += performance.now() - decided;
    // Before the commit: it empties the lists of which the step is made.
    this.#passed(round, started);
    processor.commit();
    return true;
  }

  /** One step that only moves slots; false where none is to be moved. */
  async #move(session: OwnedPartition, processor: Processor): Promise<boolean> {
    const step = await this.#mover.next(processor, this.#lanes.queues.internal);
    if (step === undefined || !this.#isAssigned()) return false;
    await session.append(step);
    this.#mover.passed(processor, step);
    // What was asked before a slot came says nothing of where its commands were then.
    if (this.countOpenings(step) > 0) this.#lanes.askAgain();
    this.#lanes.decidedUpTo(step.offsets);
    this.#parts.onStep?.();
    return true;
  }

  #isAssigned(): boolean {
    return this.#assigned;
  }

  #passed(round: Round, began: number): void {
    const [{ step }, { index: partition, onDecided }] = [round, this.#parts];
    onDecided?.({
      partition,
      commands: commandsOf(this.#lanes.queues, step.offsets),
      events: step.count,
      began,
    });
    this.#lanes.decidedUpTo(step.offsets);
    this.#bringingUp.parked(step.parked.length);
    this.#size.passed();
    this.count(round);
    this.#parts.onStep?.();
  }

  /** Fence, committed offsets, state up to the end of the log: in this order, or what was read may be stale. */
  async #open(): Promise<OwnedPartition> {
    const session = await this.#parts.acquire();
    try {
      const processor = (this.#processor ??= await this.#begin(session));
      await this.#bringingUp.run(processor, session.log);
      this.openings++;
      refuseOffsetsBehind(this.index, session);
      this.#lanes.beginAt(session.offsets);
      return session;
    } catch (error) {
      this.#doubt(error);
      await session.release();
      throw error;
    }
  }

  async #follow(): Promise<void> {
    const { follow, clock } = this.#parts;
    if (follow === undefined) return;
    this.#cancelFollowing();
    const followed = await follow();
    try {
      const processor = (this.#processor ??= await this.#begin(followed));
      await this.#bringingUp.standBy(processor, followed, () => this.#assigned || this.#stopped);
    } catch (error) {
      this.#doubt(error);
      throw error;
    }
    this.#standsBy = !this.#assigned;
    this.#cancelFollowing = clock.after(FOLLOW_EVERY_MS, () => {
      this.wake();
    });
  }

  /** What does not fit the log, parked or half-read, is folded anew. */
  #doubt(error: unknown): void {
    if (error instanceof EngineError && !error.retryable) this.#processor = undefined;
  }

  #begin({ log }: Pick<FollowedPartition, 'log'>): Promise<Processor> {
    this.#bringingUp.reset();
    return firstState(this.#parts, log);
  }

  async #giveUp(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }

  async #recover(error: unknown): Promise<void> {
    this.#standsBy = false;
    await this.#giveUp();
    if (this.#stopped) return;
    const code = error instanceof EngineError ? error.code : undefined;
    if (code !== 'group-too-large') this.#parts.onProblem(error);
    if (code === 'log-fenced') {
      // A process that was asleep and wakes would fence its successor, and be fenced back, for ever.
      await this.#parts.stillOurs();
      return;
    }
    const ms = error instanceof EngineError && !error.retryable ? LONG_PAUSE_MS : PAUSE_MS;
    await new Promise<void>((resolve) => void this.#parts.clock.after(ms, resolve));
  }
}
