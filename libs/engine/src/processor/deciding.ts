import {
  orderIdOf,
  slotOf,
  type CommandRule,
  type DecideContext,
  type Decision,
  type Event,
  type Rejection,
  type StreamRef,
} from '@orderloom/decider';
import type { CommandRequest, CommandResult } from '../command.ts';
import type { Violation } from '../ports/codec.ts';
import { unmetExpectation } from './expecting.ts';
import { isForgotten } from './forgetting.ts';
import { askGuards, isQuarantined, unguarded, type GuardsRefusal } from './guards.ts';
import { commandHash, hash48 } from './hashes.ts';
import { isSameContent } from './idempotency.ts';
import type { Partition } from './partition.ts';
import { record, type Cause } from './recording.ts';
import type { IndexedType } from './registry-index.ts';
import { duplicate, engineRejection, refused } from './results.ts';
import { StreamSetAside, type StreamEntry } from './stream-entry.ts';

const NO_FINGERPRINT = '\0'.repeat(8);

/** A command whose tenant, type, rule and slot are known. */
type Addressed = {
  readonly request: CommandRequest;
  readonly type: IndexedType;
  readonly rule: CommandRule;
  readonly slot: number;
  readonly global: StreamEntry | undefined;
  /** The stream, where it exists already and the command does not make a new one. */
  readonly known: StreamEntry | undefined;
};

const isRejection = (value: Addressed | Rejection): value is Rejection => 'code' in value;

const address = (partition: Partition, request: CommandRequest): Addressed | Rejection => {
  const { tenant, key } = request.stream;
  const { registry } = partition;
  const type = registry.types.get(request.stream.type);
  if (type === undefined) return engineRejection('unknown-stream', 'missing');
  const rule = type.commands.get(request.type);
  if (rule === undefined || (rule.internal === true && request.hops === 0))
    return engineRejection('unknown-command', 'content');
  const global = partition.times.globalOf(tenant);
  const founding =
    request.stream.type === registry.global.type && registry.global.createdBy.includes(request.type);
  if (!founding && (global === undefined || !registry.global.exists(global.state)))
    return engineRejection('unknown-tenant', 'missing');
  const known = rule.creates === undefined ? partition.streams.find(request.stream) : undefined;
  const slot =
    rule.creates === undefined
      ? (known?.slot ?? type.definition.slotOf(tenant, key))
      : slotOf(tenant, rule.creates.slotKey(request.data, request.commandId));
  if (slot === undefined) return engineRejection('unknown-stream', 'missing');
  return { request, type, rule, slot, global, known };
};

/** The stream that a refusal shows. */
type Refused = { readonly entry?: StreamEntry | undefined; readonly global: unknown };

const quarantined = (request: CommandRequest, on: Refused): CommandResult =>
  refused(request, engineRejection('stream-quarantined', 'state'), { ...on, outcome: 'unavailable' });

const contextOf = ({ request, global }: Addressed, stream: StreamRef, now: number): DecideContext => ({
  stream,
  now,
  global: global?.state,
  globalVersion: global?.version ?? 0,
  actor: request.actor,
  channel: request.channel,
  verdicts: request.hops > 0 ? null : request.verdicts,
});

/** The answer where a decision is not an acceptance. */
const answer = (
  partition: Partition,
  request: CommandRequest,
  decision: GuardsRefusal,
  on: Refused,
): CommandResult => {
  switch (decision.outcome) {
    case 'duplicate':
      return duplicate(request, decision.of, partition.streams.find(decision.of)?.version ?? 0);
    case 'quarantined':
      return quarantined(request, on);
    case 'conflict':
      return {
        ...refused(request, decision.rejection, { ...on, outcome: 'conflict' }),
        version: decision.version,
      };
    case 'rejected':
      return refused(request, decision.rejection, on);
  }
};

/** What the idempotency memory says of a command; `undefined`: it is new. */
const remembered = (
  partition: Partition,
  addressed: Addressed,
  idHash: string,
  fingerprint: string,
): CommandResult | undefined => {
  if (!partition.dedup) return undefined;
  const known = partition.memory.find(addressed.slot, idHash);
  if (known === undefined) return undefined;
  const { request } = addressed;
  const entry = partition.streams.byOrdinal(known.ordinal);
  if (
    entry !== undefined &&
    isForgotten(partition, entry, known.at, partition.times.now(entry.ref.tenant, addressed.slot))
  )
    return undefined;
  const sameContent =
    isSameContent(known, fingerprint) && (addressed.rule.creates !== undefined || entry === addressed.known);
  if (entry === undefined || !sameContent)
    return refused(request, engineRejection('idempotency-key-reused', 'content'));
  // The answer shows the stream's status.
  if (entry.isSetAside) throw new StreamSetAside(entry);
  return duplicate(request, entry.ref, known.version);
};

/** Made real again, a clock that is ahead would put the next events of every stream before the last ones. */
const releasesAhead = (
  { type, global }: Addressed,
  partition: Partition,
  on: {
    readonly ref: StreamRef;
    readonly state: unknown;
    readonly events: readonly Event[];
    readonly now: number;
  },
): boolean => {
  const { clockOf } = partition.registry.global;
  if (type.definition.name !== partition.registry.global.type) return false;
  const clock = clockOf(on.state);
  if (clock.mode === 'live' || clock.now <= partition.times.wall) return false;
  const context = { stream: on.ref, recordedAt: on.now, version: 0, global: global?.state };
  const { evolve } = type.definition.decider;
  const after = on.events.reduce<unknown>((state, event) => evolve(state, event, context), on.state);
  return clockOf(after).mode === 'live';
};

/** Decides on the addressed stream and its guards, and records what they accept. */
const decideOn = (
  partition: Partition,
  addressed: Addressed,
  ref: StreamRef,
  fingerprint: string,
): CommandResult => {
  const { request, type, slot, global } = addressed;
  const known = addressed.rule.creates === undefined ? addressed.known : partition.streams.find(ref);
  const instant = partition.times.now(ref.tenant, slot);
  const now = known === undefined ? instant : partition.times.notBefore(known, instant);
  const on = { entry: known, global: global?.state };
  // Without its tenant's policies, lifecycles and clock no stream can decide either.
  if (isQuarantined(known) || isQuarantined(global)) return quarantined(request, on);
  const unmet = unmetExpectation(request, addressed, known);
  if (unmet !== undefined) return refused(request, unmet.rejection, { ...on, outcome: unmet.outcome });
  const { decider } = type.definition;
  const state: unknown = known?.state ?? decider.initialState;
  const decision = decider.decide(
    state,
    { type: request.type, data: request.data },
    contextOf(addressed, ref, now),
  ) as Decision;
  if (decision.outcome !== 'accepted') return answer(partition, request, decision, on);
  // After the command's own rules: what could never be an order is not somebody's repeated order.
  const { rule } = addressed;
  const guards =
    rule.guards === undefined
      ? unguarded
      : askGuards(partition, {
          ...{ request, rule, stream: ref, state },
          contextOf: (guard) => contextOf(addressed, guard, now),
        });
  if (guards.refusal !== null) return answer(partition, request, guards.refusal, on);
  if (releasesAhead(addressed, partition, { ref, state, events: decision.events, now }))
    return refused(request, engineRejection('clock-ahead', 'state'), on);
  const cause: Cause = { request, fingerprint, now, global: global?.state };
  for (const guard of guards.accepted)
    for (const event of guard.events)
      record(partition, partition.streams.open(guard.ref, guard.type, slot), event, cause);
  const entry = known ?? partition.streams.open(ref, type, slot);
  if (decision.events.length === 0) throw new Error(`${request.type} was accepted without an event`);
  for (const event of decision.events) record(partition, entry, event, cause);
  return {
    commandId: request.commandId,
    stream: ref,
    outcome: 'accepted',
    version: entry.version,
    position: { slot, sequence: partition.sequences[slot] ?? 0 },
    rejection: null,
    explanation: null,
  };
};

/**
 * Decides a command that its cause's transaction sent: cause and effect are in or out together,
 * so nothing has to be remembered. `undefined`: the command belongs to another partition and has gone out.
 */
export const decideSent = (partition: Partition, request: CommandRequest): CommandResult | undefined => {
  const addressed = address(partition, request);
  if (isRejection(addressed)) return refused(request, addressed);
  if (!partition.owns(addressed.slot)) {
    partition.outbound.push({ slot: addressed.slot, request });
    return undefined;
  }
  const ref =
    addressed.rule.creates === undefined
      ? request.stream
      : createdRef(partition, addressed, commandHash(request.stream.tenant, request.commandId, request.hops));
  return decideOn(partition, addressed, ref, NO_FINGERPRINT);
};

const createdRef = (partition: Partition, { request, slot }: Addressed, idHash: string): StreamRef => ({
  tenant: request.stream.tenant,
  type: request.stream.type,
  key: orderIdOf(partition.times.now(request.stream.tenant, slot), slot, hash48(idHash)),
});

/** The edge has validated already; whoever writes into a log directly has not. */
const malformed = (violations: readonly Violation[]): Rejection => {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${String(violations.length - 1)} more)` : '';
  const rejection = engineRejection(
    'malformed',
    'content',
    `${first?.message ?? 'does not fit its schema'}${more}`,
  );
  return first === undefined ? rejection : { ...rejection, pointer: first.pointer };
};

/**
 * Decides a command that comes from outside its transaction. A repeated one gets its first answer,
 * before its expected version or anything else is looked at. `undefined`: forwarded to its partition.
 */
export const decideReceived = (
  partition: Partition,
  request: CommandRequest,
): { readonly result: CommandResult; readonly idHash: string; readonly fingerprint: string } | undefined => {
  const addressed = address(partition, request);
  if (isRejection(addressed)) return { result: refused(request, addressed), idHash: '', fingerprint: '' };
  if (!partition.owns(addressed.slot)) {
    partition.outbound.push({ slot: addressed.slot, request });
    return undefined;
  }
  const violations = partition.codec.validate(request.stream.type, request.type, request.data);
  if (violations.length > 0)
    return { result: refused(request, malformed(violations)), idHash: '', fingerprint: '' };
  const idHash = commandHash(request.stream.tenant, request.commandId, request.hops);
  const fingerprint = partition.codec.fingerprint(request.stream.type, request.type, request.data);
  const first = remembered(partition, addressed, idHash, fingerprint);
  if (first !== undefined) return { result: first, idHash, fingerprint };
  const ref =
    addressed.rule.creates === undefined ? request.stream : createdRef(partition, addressed, idHash);
  return { result: decideOn(partition, addressed, ref, fingerprint), idHash, fingerprint };
};
