import type { OnAlarm } from '../alarm.ts';
import type { CommandRequest, CommandResult } from '../command.ts';
import type { DeadLetter, Group } from '../ports/event-log.ts';
import { decideReceived, decideSent } from './deciding.ts';
import type { RipeDeadline } from './deadlines.ts';
import { mayForget } from './forgetting.ts';
import type { MayForget } from './idempotency.ts';
import { deadLetterOf, deadlineCommand, refusalCommand } from './made-commands.ts';
import { emptyPartition, type Partition, type PartitionOptions } from './partition.ts';
import { engineRejection, refused } from './results.ts';
import { StreamSetAside } from './stream-entry.ts';

type Mark = ReturnType<Processor['mark']>;

/** A group that has just been opened. */
const NOTHING: Mark = {
  streams: { changes: 0, created: 0 },
  memory: 0,
  deadlines: 0,
  end: 0,
  count: 0,
  outbound: 0,
  parked: 0,
  alarms: 0,
  deadLetters: 0,
};

/**
 * The partition processor: the single writer of its slots. It decides commands one after another on in-memory
 * streams and collects what they leave behind as one group: `begin`, `decide` per command, `group`, then after the
 * append `commit`, or `rollback` where the append failed.
 * A command that is refused or throws leaves no trace, and the others of its group are not touched.
 */
export class Processor {
  readonly partition: Partition;
  /** Index of the last event that is in the log. */
  head = 0;
  readonly #mayForget: MayForget;
  readonly #onAlarm: OnAlarm | undefined;
  #deadLetters: DeadLetter[] = [];

  constructor(options: PartitionOptions) {
    this.partition = emptyPartition(options);
    this.#mayForget = mayForget(this.partition);
    this.#onAlarm = options.onAlarm;
  }

  /** Opens a group; `wall` is the wall clock, ms. */
  begin(wall: number): void {
    this.partition.times.wall = wall;
  }

  /** Bytes of the open group so far. */
  get groupBytes(): number {
    return this.partition.writer.end;
  }

  /**
   * Decides one command with everything that it causes in this partition. Throws nothing but `StreamSetAside`, and has
   * left no trace then: the command is to be decided again when the stream has been read back.
   * `undefined`: the command was forwarded to the partition that owns its slot, which will answer it.
   */
  decide(request: CommandRequest): CommandResult | undefined {
    return this.#attempt(request, () => this.#received(request));
  }

  /**
   * Decides a ripe deadline. What it finds is in the stream's state, so nothing is remembered of it.
   * Throws `StreamSetAside`; the deadline is pending again then.
   */
  decideDeadline(ripe: RipeDeadline): CommandResult | undefined {
    const request = deadlineCommand(ripe);
    const decideIt = (): CommandResult | undefined => {
      const decided = decideSent(this.partition, request);
      this.#runCascade();
      return decided;
    };
    let result: CommandResult | undefined;
    try {
      result = this.#attempt(request, decideIt);
    } catch (error) {
      this.partition.deadlines.restore(ripe.entry);
      throw error;
    }
    if (result?.outcome !== 'accepted') this.partition.deadlines.giveUp(ripe.entry);
    return result;
  }

  /**
   * Decides the next deadline that the tenant's simulated clock has passed, at its own instant; false where there is
   * none. Throws `StreamSetAside`; the deadline is pending again then.
   */
  fireNextSimulated(tenant: string): boolean {
    const { times, deadlines } = this.partition;
    const clock = times.clockOf(tenant);
    if (clock.mode !== 'simulated' || clock.deadlines === 'asleep') return false;
    const ripe = deadlines.takeRipe(tenant, clock.now);
    if (ripe === undefined) return false;
    times.override = ripe.deadline.due;
    try {
      this.decideDeadline(ripe);
      return true;
    } finally {
      times.override = null;
    }
  }

  /** What the group leaves behind; `undefined`: nothing that would have to be durable. */
  group(): Group | undefined {
    const { writer, outbound, parked } = this.partition;
    if (writer.count + outbound.length + parked.length + this.#deadLetters.length === 0) return undefined;
    return {
      first: this.head + 1,
      count: writer.count,
      frames: writer.frames(),
      outbound,
      deadLetters: this.#deadLetters,
      parked,
    };
  }

  /** The group is durable. */
  commit(): void {
    const { count } = this.partition.writer;
    this.head += count;
    if (this.#onAlarm !== undefined) this.partition.alarms.forEach(this.#onAlarm);
    this.partition.streams.forget();
    this.partition.memory.merge();
    this.partition.memory.sweep(this.#mayForget);
    this.partition.deadlines.forget();
    this.#reset();
    this.partition.settingAside.trim(count);
  }

  /** The group is not in the log: everything is as it was before `begin`. */
  rollback(): void {
    this.#undo(NOTHING);
    this.#reset();
  }

  mark() {
    const { streams, memory, deadlines, writer, outbound, parked, alarms } = this.partition;
    return {
      streams: streams.savepoint(),
      memory: memory.savepoint(),
      deadlines: deadlines.savepoint(),
      end: writer.end,
      count: writer.count,
      outbound: outbound.length,
      parked: parked.length,
      alarms: alarms.length,
      deadLetters: this.#deadLetters.length,
    };
  }

  /**
   * Runs one command; where it throws, takes everything of it back and keeps it as a dead letter. What only has to be
   * read back first is thrown on: the command is as good as before.
   */
  #attempt(request: CommandRequest, decideIt: () => CommandResult | undefined): CommandResult | undefined {
    const mark = this.mark();
    try {
      return decideIt();
    } catch (error) {
      this.#takeBack(mark);
      if (error instanceof StreamSetAside) throw error;
      return this.#bury(request, error, mark);
    }
  }

  #bury(request: CommandRequest, error: unknown, mark: Mark): CommandResult {
    try {
      const result = this.#deadLetter(request, error);
      this.#sendRefusalBack(request, result);
      this.#runCascade();
      return result;
    } catch (again) {
      this.#takeBack(mark);
      throw again;
    }
  }

  #takeBack(mark: Mark): void {
    this.partition.cascade.clear();
    this.#undo(mark);
  }

  #received(request: CommandRequest): CommandResult | undefined {
    const decided = decideReceived(this.partition, request);
    if (decided === undefined) return undefined;
    const { result, idHash, fingerprint } = decided;
    if (result.outcome !== 'accepted') {
      this.#sendRefusalBack(request, result);
      this.#runCascade();
      return result;
    }
    this.#runCascade();
    const entry = this.partition.streams.find(result.stream);
    if (entry === undefined || result.position === null) return result;
    // The answer shows the stream as its whole cascade left it: the caller's next `If-Match` must hold.
    if (this.partition.dedup)
      this.partition.memory.stage(entry.slot, idHash, {
        fingerprint,
        ordinal: entry.ordinal,
        version: entry.version,
        at: entry.recordedAt,
      });
    return {
      ...result,
      version: entry.version,
      position: { slot: entry.slot, sequence: this.partition.sequences[entry.slot] ?? 0 },
    };
  }

  #runCascade(): void {
    const { cascade } = this.partition;
    for (let request = cascade.take(); request !== undefined; request = cascade.take()) {
      const sent = request;
      const mark = this.mark();
      try {
        const result = decideSent(this.partition, sent);
        if (result !== undefined) this.#sendRefusalBack(sent, result);
      } catch (error) {
        // Where it broke after recording something, its reactions are in the cascade: the root command goes as a whole.
        if (error instanceof StreamSetAside || this.partition.writer.count !== mark.count) throw error;
        this.#undo(mark);
        this.#sendRefusalBack(sent, this.#deadLetter(sent, error));
      }
    }
  }

  #sendRefusalBack(request: CommandRequest, result: CommandResult): void {
    const command = refusalCommand(this.partition.registry, request, result);
    if (command !== undefined) this.partition.cascade.add(command);
  }

  #deadLetter(request: CommandRequest, error: unknown): CommandResult {
    this.#deadLetters.push(deadLetterOf(request, error, this.partition.times.wall));
    return refused(request, engineRejection('internal-error', 'state'));
  }

  #undo(mark: Mark): void {
    const { streams, memory, writer, outbound, parked, sequences, deadlines, parkedAt } = this.partition;
    streams.undoTo(
      mark.streams,
      (entry) => {
        sequences[entry.slot] = (sequences[entry.slot] ?? 0) - 1;
      },
      (entry) => {
        deadlines.restore(entry);
      },
    );
    memory.undoTo(mark.memory);
    deadlines.undoTo(mark.deadlines);
    writer.undoTo(mark.end, mark.count);
    outbound.length = mark.outbound;
    this.partition.alarms.length = mark.alarms;
    this.#deadLetters.length = mark.deadLetters;
    for (const taken of parked.splice(mark.parked)) parkedAt.remove(taken.handler, taken.stream);
  }

  #reset(): void {
    this.partition.writer.undoTo(0, 0);
    this.partition.outbound.length = 0;
    this.partition.parked.length = 0;
    this.partition.alarms.length = 0;
    this.#deadLetters = [];
  }
}
