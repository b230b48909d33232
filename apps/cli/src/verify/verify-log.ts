import { type RecordedEvent, type Registry, streamIdOf } from '@orderloom/decider';
import type { TenantState } from '@orderloom/domain';
import { type Codec, EngineError, framesIn, type StoredGroup } from '@orderloom/engine';
import { chainCheck, effectCheck, slotCheck, timeCheck } from './chain-check.ts';
import { type Check, type Seen, type Violation, violationAt } from './check.ts';
import { digester } from './digest.ts';
import { ledgerCheck } from './ledger-check.ts';
import { lifecycleCheck } from './lifecycle-check.ts';
import { billCheck } from './bill-check.ts';
import { moneyCheck } from './money-check.ts';
import { parcelCheck, parcelCheckApart } from './parcel-check.ts';
import { apart, type Settling, together } from './settling.ts';
import { stockCheck } from './stock-check.ts';

export type Verdict = {
  /** SHA-256 of the content, hex. */
  readonly digest: string;
  readonly orders: number;
  readonly events: number;
  readonly violations: readonly Violation[];
  /** Differences between streams of different partitions that what is on its way may explain; 0 where all was decided. */
  readonly onItsWay: number;
};

/** A group, and the partition that holds it where there are several. */
type PlacedGroup = StoredGroup & { readonly log?: number };

type Subject = {
  /** Groups from the beginning; may throw `log-corrupt`. */
  readonly groups: Iterable<PlacedGroup> | AsyncIterable<PlacedGroup>;
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly registry: Registry;
  /** Given where the groups are those of one partition after the other. */
  readonly apart?: {
    /** The tenants' own events of all of them. */
    readonly tenants: readonly RecordedEvent[];
    /** Asked at the end: whether nothing was on its way between partitions while they were read. */
    readonly isAtRest: () => Promise<boolean>;
  };
};

/** Bytes before the envelope: the frame's length, the envelope's length. */
const HEAD_BYTES = 6;

const payloadOf = (frames: Uint8Array, start: number, end: number): Uint8Array => {
  const envelope = new DataView(frames.buffer, frames.byteOffset + start + 4).getUint16(0, true);
  return frames.subarray(start + HEAD_BYTES + envelope, end);
};

/**
 * States of all streams, by folding each event once with the decider of its type. `before`: states of the tenants, for
 * events that stand in front of their tenant's own.
 */
const folder = (registry: Registry, before: ReadonlyMap<string, unknown> = new Map()) => {
  const types = new Map(registry.types.map((type) => [type.name, type]));
  const states = new Map<string, unknown>();
  const noTenant = types.get(registry.global.type)?.decider.initialState as TenantState;
  const tenantOf = (tenant: string, type?: string): TenantState => {
    const id = `${tenant}/${registry.global.type}/${tenant}`;
    const ahead = type === registry.global.type ? undefined : before.get(id);
    return ((states.get(id) ?? ahead) as TenantState | undefined) ?? noTenant;
  };
  const fold = (event: Seen['event'], id: string): { readonly state: unknown; readonly problem?: string } => {
    const decider = types.get(event.stream.type)?.decider;
    if (!decider) return { state: undefined, problem: `there is no stream type ${event.stream.type}` };
    const { stream, recordedAt, version } = event;
    const context = { stream, recordedAt, version, global: tenantOf(stream.tenant, stream.type) };
    try {
      const past: unknown = states.get(id) ?? decider.initialState;
      const state: unknown = decider.evolve(past, { type: event.type, data: event.data }, context);
      states.set(id, state);
      return { state };
    } catch (error) {
      return {
        state: undefined,
        problem: `it cannot be folded: ${error instanceof Error ? error.message : 'unknown'}`,
      };
    }
  };
  return { fold, tenantOf, states };
};

const statesOf = (registry: Registry, events: readonly RecordedEvent[]): ReadonlyMap<string, unknown> => {
  const { fold, states } = folder(registry);
  for (const event of events) fold(event, streamIdOf(event.stream));
  return states;
};

/** What is looked at in each event, and in the end between them. */
const checksOf = (registry: Registry, settling: Settling): readonly Check[] => [
  ...[chainCheck(), slotCheck(registry), timeCheck(), effectCheck(), lifecycleCheck()],
  ...[moneyCheck(), billCheck(), ledgerCheck()],
  settling === together ? parcelCheck() : parcelCheckApart(settling),
  stockCheck(settling),
];

/**
 * Reads a log from end to end and checks everything that it promises, without the engine that wrote it.
 * Damage that ends the reading is the last violation. O(events).
 */
export const verifyLog = async ({ groups, codec, registry, apart: several }: Subject): Promise<Verdict> => {
  const settling = several === undefined ? together : apart(registry);
  const checks = checksOf(registry, settling);
  const { fold, tenantOf } = folder(registry, statesOf(registry, several?.tenants ?? []));
  const { add, digest } = digester();
  const violations: Violation[] = [];
  let [orders, events, onItsWay] = [0, 0, 0];

  const take = (frame: ReturnType<Codec['readFrame']>, payload: Uint8Array, group: PlacedGroup): void => {
    const { event, identity } = frame;
    const id = streamIdOf(event.stream);
    const tenant = tenantOf(event.stream.tenant, event.stream.type);
    const { state, problem } = fold(event, id);
    const place = { group: group.first, partition: group.log ?? 0 };
    const seen: Seen = { event, id, identity, payload, ...place, tenant, state };
    add(seen);
    settling.onEvent(seen);
    events += 1;
    if (event.type === 'OrderPlaced' && event.version === 1) orders += 1;
    const problems = [
      ...(problem === undefined ? [] : [problem]),
      ...checks.flatMap((check) => check.onEvent(seen)),
    ];
    violations.push(
      ...problems.map((text) => violationAt(event.stream, event.version, `${event.type}: ${text}`)),
    );
  };
  const conclude = async (): Promise<void> => {
    if (await several?.isAtRest()) settling.rest();
    for (const found of checks.flatMap((check) => [...(check.atEnd?.() ?? [])]))
      if (found === 'on its way') onItsWay += 1;
      else violations.push(found);
  };

  try {
    for await (const group of groups) {
      let start = 0;
      for (const frame of framesIn(codec, [group.frames])) {
        take(frame, payloadOf(group.frames, start, frame.end), group);
        start = frame.end;
      }
    }
    await conclude();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    violations.push({ stream: 'log', version: events + 1, problem: error.message });
  }
  return { digest: digest(), orders, events, violations, onItsWay };
};
