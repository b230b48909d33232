import { type Registry, streamIdOf } from '@orderloom/decider';
import type { TenantState } from '@orderloom/domain';
import { type Codec, EngineError, type StoredGroup } from '@orderloom/engine';
import { chainCheck, effectCheck, slotCheck, timeCheck } from './chain-check.ts';
import { type Check, type Seen, type Violation, violationAt } from './check.ts';
import { digester } from './digest.ts';
import { lifecycleCheck } from './lifecycle-check.ts';
import { moneyCheck } from './money-check.ts';
import { parcelCheck } from './parcel-check.ts';
import { stockCheck } from './stock-check.ts';

export type Verdict = {
  /** SHA-256 of the content, hex. */
  readonly digest: string;
  readonly orders: number;
  readonly events: number;
  readonly violations: readonly Violation[];
};

type Subject = {
  /** Groups from the beginning; may throw `log-corrupt`. */
  readonly groups: Iterable<StoredGroup>;
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly registry: Registry;
};

/** Bytes before the envelope: the frame's length, the envelope's length. */
const HEAD_BYTES = 6;

const payloadOf = (frames: Buffer, start: number, end: number): Uint8Array =>
  frames.subarray(start + HEAD_BYTES + frames.readUInt16LE(start + 4), end);

/** States of all streams, by folding each event once with the decider of its type. */
const folder = (registry: Registry) => {
  const types = new Map(registry.types.map((type) => [type.name, type]));
  const states = new Map<string, unknown>();
  const noTenant = types.get(registry.global.type)?.decider.initialState as TenantState;
  const tenantOf = (tenant: string): TenantState =>
    (states.get(`${tenant}/${registry.global.type}/${tenant}`) as TenantState | undefined) ?? noTenant;
  const fold = (event: Seen['event'], id: string): { readonly state: unknown; readonly problem?: string } => {
    const decider = types.get(event.stream.type)?.decider;
    if (!decider) return { state: undefined, problem: `there is no stream type ${event.stream.type}` };
    const { stream, recordedAt, version } = event;
    const context = { stream, recordedAt, version, global: tenantOf(stream.tenant) };
    try {
      const before: unknown = states.get(id) ?? decider.initialState;
      const state: unknown = decider.evolve(before, { type: event.type, data: event.data }, context);
      states.set(id, state);
      return { state };
    } catch (error) {
      return {
        state: undefined,
        problem: `it cannot be folded: ${error instanceof Error ? error.message : 'unknown'}`,
      };
    }
  };
  return { fold, tenantOf };
};

/**
 * Reads a log from end to end and checks everything that it promises, without the engine that wrote it.
 * Damage that ends the reading is the last violation. O(events).
 */
export const verifyLog = ({ groups, codec, registry }: Subject): Verdict => {
  const checks: readonly Check[] = [
    ...[chainCheck(), slotCheck(registry), timeCheck(), effectCheck(), lifecycleCheck()],
    ...[moneyCheck(), parcelCheck(), stockCheck()],
  ];
  const { fold, tenantOf } = folder(registry);
  const { add, digest } = digester();
  const violations: Violation[] = [];
  let [orders, events] = [0, 0];

  const take = (frame: ReturnType<Codec['readFrame']>, payload: Uint8Array, group: number): void => {
    const { event, identity } = frame;
    const id = streamIdOf(event.stream);
    const tenant = tenantOf(event.stream.tenant);
    const { state, problem } = fold(event, id);
    const seen: Seen = { event, id, identity, payload, group, tenant, state };
    add(seen);
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

  try {
    for (const group of groups) {
      const frames = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
      for (let at = 0; at < frames.length;) {
        const frame = codec.readFrame(frames, at);
        take(frame, payloadOf(frames, at, frame.end), group.first);
        at = frame.end;
      }
    }
    violations.push(...checks.flatMap((check) => check.atEnd?.() ?? []));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    violations.push({ stream: 'log', version: events + 1, problem: error.message });
  }
  return { digest: digest(), orders, events, violations };
};
