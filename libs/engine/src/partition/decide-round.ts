import { statusIn } from '@orderloom/decider';
import type { CommandRequest, CommandResult } from '../command.ts';
import type { DeadLetter } from '../ports/event-log.ts';
import type { CascadeProgress, Lane, PartitionStep, Reply, StepSource } from '../ports/partition-port.ts';
import { LANES } from '../ports/partition-port.ts';
import { hasPassed } from '../processor/deadlines.ts';
import type { Processor } from '../processor/processor.ts';
import { commandRequest } from '../command.ts';
import { isCommand, type CommandRecord } from './command-records.ts';
import { atPositionNow, engineRejection, refused } from '../processor/results.ts';
import { awaitSent, isAhead, rootOf, withTenantVersions } from './awaiting.ts';
import type { LaneQueue } from './lane-queue.ts';

export type Lanes = Readonly<Record<Lane, LaneQueue>>;

/** What one round may take, and what time it is. */
export type RoundLimits = {
  readonly now: number;
  /** Deadlines of live tenants due at this instant or before are ripe. */
  readonly ripeUntil: number;
  readonly records: number;
  /** The record that alone leaves more behind than one step may hold: it is refused. */
  readonly tooLarge: { readonly lane: Lane; readonly offset: number } | undefined;
  /** Whether read positions of empty lanes are committed, though nothing was decided. */
  readonly commitIdle: boolean;
  /** Records of these lanes are decided whatever their sender knew of the tenant. */
  readonly unheld: ReadonlySet<Lane>;
};

/** One round's decisions, still open in the processor. */
export type Round = {
  readonly step: PartitionStep;
  readonly results: readonly CommandResult[];
  readonly records: number;
  /** How late the round's deadlines are, ms. */
  readonly late: readonly number[];
};

/** `round` is `undefined` where there was nothing. */
export type Decided = {
  readonly round: Round | undefined;
  /** Lanes whose next record waits for an event of its tenant that has not come round yet. */
  readonly held: readonly Lane[];
};

/** Bytes of events in one step: what they are wrapped in on their way out doubles them at worst. */
const STEP_BYTES = 1 << 20;
const DEADLINES = 256;
/** The share of a round that bulk gets while commands wait too. */
const BULK_SHARE = 5;

const isDeadLetter = (input: CommandRequest | DeadLetter): input is DeadLetter => 'code' in input;

/** A round in the making. */
class RoundDraft {
  readonly sources: StepSource[] = [];
  readonly replies: Reply[] = [];
  readonly results: CommandResult[] = [];
  readonly letters: DeadLetter[] = [];
  readonly late: number[] = [];
  readonly progress: CascadeProgress[] = [];
  readonly held: Lane[] = [];
  readonly taken: Record<Lane, number> = { internal: 0, commands: 0, bulk: 0 };
  readonly #processor: Processor;
  readonly #limits: RoundLimits;
  #simulated = 0;
  /** A simulated clock has passed more deadlines than this round may hold: nothing else is taken before they are done. */
  #isMoving = false;

  constructor(processor: Processor, limits: RoundLimits) {
    this.#processor = processor;
    this.#limits = limits;
  }

  get #writer() {
    return this.#processor.partition.writer;
  }

  get isFull(): boolean {
    return this.#isMoving || this.#writer.end >= STEP_BYTES;
  }

  /** Simulated deadlines that a clock moved by another partition has made ripe, then live ones. */
  decideDeadlines(): void {
    const before = this.#writer.count;
    const { deadlines, times } = this.#processor.partition;
    for (const tenant of deadlines.tenants) {
      if (times.clockOf(tenant).mode === 'simulated') {
        this.#fireSimulated(tenant);
        continue;
      }
      while (this.late.length < DEADLINES && !this.isFull) {
        const ripe = deadlines.takeRipe(tenant, this.#limits.ripeUntil);
        if (ripe === undefined) break;
        this.#processor.decideDeadline(ripe);
        this.late.push(times.wall - ripe.deadline.due);
      }
    }
    this.#from(null, 0, before);
  }

  #fireSimulated(tenant: string): void {
    while (hasPassed(this.#processor.partition, tenant)) {
      if (this.#simulated >= DEADLINES || this.isFull) {
        this.#isMoving = true;
        return;
      }
      const before = this.#writer.count;
      this.#processor.fireNextSimulated(tenant);
      // What comes to nothing leaves nothing behind: the step would end though there is more to do.
      if (this.#writer.count > before) this.#simulated++;
    }
  }

  /** Takes up to `most` records of a lane. */
  take(lane: Lane, queue: LaneQueue, most: number): void {
    const end = Math.min(queue.length, this.taken[lane] + most);
    while (this.taken[lane] < end && !this.isFull) {
      const record = queue.at(this.taken[lane]);
      // A slot that comes here is a step of its own: what stands behind it may be decided only then.
      if (record === undefined || !isCommand(record) || this.#isHeld(lane, record)) return;
      this.taken[lane]++;
      this.#decide(lane, record);
    }
  }

  #isHeld(lane: Lane, record: CommandRecord): boolean {
    if (this.#limits.unheld.has(lane) || !isAhead(this.#processor.partition, record)) return false;
    this.held.push(lane);
    return true;
  }

  #decide(lane: Lane, record: CommandRecord): void {
    const { input, offset } = record;
    const { tooLarge } = this.#limits;
    const sent = this.#processor.partition.outbound.length;
    if (isDeadLetter(input)) {
      this.letters.push(input);
      const rejection = engineRejection('malformed', 'content', input.reason);
      this.#answer(record, refused(nameOf(input), rejection), sent);
      return;
    }
    if (tooLarge?.lane === lane && tooLarge.offset === offset) {
      this.letters.push(letterOf(input, this.#limits.now));
      this.#answer(record, refused(input, engineRejection('internal-error', 'state')), sent);
      return;
    }
    const before = this.#writer.count;
    const result = this.#processor.decide(input);
    const mayMove = input.stream.type === this.#processor.partition.registry.global.type;
    if (mayMove) this.#fireSimulated(input.stream.tenant);
    this.#from(lane, offset, before);
    if (result === undefined) this.#forward(record);
    else this.#answer(record, mayMove ? atPositionNow(this.#processor.partition, result) : result, sent);
  }

  /** The owner of the slot answers, and knows of the record what was known here. */
  #forward({ replyTo, awaited, tenantVersion }: CommandRecord): void {
    const { outbound } = this.#processor.partition;
    const forwarded = outbound.pop();
    if (forwarded === undefined) return;
    outbound.push({
      ...forwarded,
      ...(replyTo === null ? {} : { replyTo }),
      ...(awaited === undefined ? {} : { awaited }),
      ...(tenantVersion === undefined ? {} : { tenantVersion }),
    });
  }

  /** `sent`: commands that had gone out before the record was decided. */
  #answer(record: CommandRecord, result: CommandResult, sent: number): void {
    const { partition } = this.#processor;
    const { replyTo, awaited, input } = record;
    const root = rootOf(partition, record);
    const open = root === undefined ? 0 : awaitSent(partition, sent, root);
    this.results.push(result);
    if (awaited !== undefined) this.progress.push({ ...awaited, tenant: input.stream.tenant, open });
    if (replyTo === null) return;
    this.replies.push({ replyTo, result: this.#withStatus(result), open: awaited === undefined ? open : 0 });
  }

  /** Whoever asked from another process cannot look the status up. */
  #withStatus(result: CommandResult): CommandResult {
    const { streams, times } = this.#processor.partition;
    const entry = streams.find(result.stream);
    if (entry === undefined || entry.version === 0) return result;
    const global: unknown = times.globalOf(entry.ref.tenant)?.state;
    return { ...result, status: statusIn(entry.type.definition, entry.state, global) };
  }

  #from(lane: Lane | null, offset: number, before: number): void {
    const events = this.#writer.count - before;
    if (events > 0) this.sources.push({ lane, offset, events });
  }
}

const nameOf = ({ commandId, stream, commandType }: DeadLetter): CommandRequest =>
  commandRequest({ stream, type: commandType, commandId, data: {} });

const letterOf = (request: CommandRequest, recordedAt: number): DeadLetter => ({
  commandId: request.commandId,
  stream: request.stream,
  commandType: request.type,
  code: 'internal-error',
  reason: 'what it causes does not fit into one transaction',
  recordedAt,
  data: '',
});

/**
 * Decides what is ripe and what waits in the lanes, internal first; commands and bulk share the rest.
 * The caller appends the step and then commits the processor, or rolls it back.
 */
export const decideRound = (processor: Processor, lanes: Lanes, limits: RoundLimits): Decided => {
  processor.begin(limits.now);
  const draft = new RoundDraft(processor, limits);
  draft.decideDeadlines();
  draft.take('internal', lanes.internal, limits.records);
  const rest = limits.records - draft.taken.internal;
  const bulk = lanes.bulk.length === 0 ? 0 : Math.ceil(rest / BULK_SHARE);
  draft.take('commands', lanes.commands, rest - bulk);
  draft.take('bulk', lanes.bulk, rest - draft.taken.commands);
  const offsets: Partial<Record<Lane, number>> = {};
  for (const lane of LANES) {
    const offset = lanes[lane].offsetBehind(draft.taken[lane]);
    if (draft.taken[lane] > 0 || (limits.commitIdle && offset > lanes[lane].next)) offsets[lane] = offset;
  }
  const group = processor.group() ?? {
    first: processor.head + 1,
    count: 0,
    frames: new Uint8Array(0),
    outbound: [],
    deadLetters: [],
    parked: [],
  };
  const { sources, replies, progress, results, late, held } = draft;
  const deadLetters = [...group.deadLetters, ...draft.letters];
  const outbound = withTenantVersions(processor.partition);
  const step = { ...group, outbound, deadLetters, sources, replies, progress, offsets, moves: [] };
  if (isEmpty(step)) return { round: undefined, held };
  const records = LANES.reduce((sum, lane) => sum + draft.taken[lane], 0);
  return { round: { step, results, records, late }, held };
};

const isEmpty = ({
  count,
  outbound,
  deadLetters,
  parked,
  replies,
  progress,
  offsets,
}: PartitionStep): boolean =>
  count + outbound.length + deadLetters.length + parked.length + replies.length + progress.length === 0 &&
  Object.keys(offsets).length === 0;
