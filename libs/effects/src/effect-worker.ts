import {
  followEvents,
  handlePersistently,
  Workers,
  type Consumer,
  type ConsumedEvent,
  type ConsumerProblem,
  type Following,
} from '@orderloom/client';
import { EFFECTS_GROUP } from '@orderloom/engine';
import type { EffectAttemptDue, EffectRequested } from '@orderloom/domain';
import { beginAttempt, endAttempt, type Beginning, type Send } from './attempt.ts';
import type { CallOutcome, CallToMake, EffectHandler } from './effect-handler.ts';
import { Targets } from './targets.ts';

/** Longest time that one call may take, ms. */
const CALL_WITHIN_MS = 10_000;
/** Everything about one attempt: waiting for its target, the call, and saying what came of it. */
const RETRY = { attempts: 5, firstPauseMs: 100, longestPauseMs: 5_000, handleWithinMs: 180_000 };
/** More than are read ahead: what a target may take is said by `Targets`, and nothing else holds an attempt up. */
const AT_ONCE = 10_000;

export type EffectWorkerOptions = {
  readonly following: Following;
  readonly send: Send;
  /** By the name that a call says. */
  readonly handlers: Readonly<Record<string, EffectHandler>>;
  readonly callWithinMs?: number;
  readonly onProblem: (problem: ConsumerProblem) => void;
  /** Told of each attempt that has ended, with what came of it. */
  readonly onAttempt?: (ended: CallOutcome & { readonly handler: string }) => void;
};

type Due = ConsumedEvent<EffectRequested | EffectAttemptDue>;
const MAKES_DUE: ReadonlySet<string> = new Set<Due['type']>(['EffectRequested', 'EffectAttemptDue']);

const callOf = ({ type, data, stream, traceparent }: Due): CallToMake => ({
  ...data.call,
  ...{ effectId: stream.key, tenant: stream.tenant, traceparent },
  attempt: type === 'EffectRequested' ? 1 : data.attempt,
});

const hasName = (error: unknown): error is { readonly name: unknown } =>
  typeof error === 'object' && error !== null && 'name' in error;

/** What nobody can say of a call that has thrown, or took too long. */
const lost = (error: unknown): CallOutcome => ({
  outcome: 'unknown',
  code: hasName(error) && error.name === 'TimeoutError' ? 'timeout' : 'threw',
});

/** Asks first where it may have happened and the other side can be asked; else makes the call. */
const perform = async (
  handler: EffectHandler,
  call: CallToMake,
  mayHaveHappened: boolean,
  signal: AbortSignal,
): Promise<CallOutcome> => {
  try {
    const known = mayHaveHappened ? await handler.query?.(call, signal) : undefined;
    return known ?? (await handler.perform(call, signal));
  } catch (error) {
    return lost(error);
  }
};

/** Makes calls as their events fall due; each event is one attempt, whose outcome decides whether there is another. */
export const startEffectWorker = (options: EffectWorkerOptions): Consumer => {
  const { following, send, handlers, callWithinMs = CALL_WITHIN_MS, onProblem } = options;
  const targets = new Targets();
  const workers = new Workers(AT_ONCE);

  const make = async (call: CallToMake, event: Due, begun: Beginning, stopping: AbortSignal) => {
    const handler = Object.hasOwn(handlers, call.handler) ? handlers[call.handler] : undefined;
    if (handler === undefined) return { outcome: 'refused', code: 'no-such-handler' } as const;
    const target = handler.targetOf(call);
    const { room } = handler;
    if (targets.isFull(target, room)) return { outcome: 'failed', code: 'too-many-waiting' } as const;
    const afterUnknown = event.type === 'EffectAttemptDue' && event.data.afterUnknown;
    return targets.run(
      target,
      () => {
        const signal = AbortSignal.any([stopping, AbortSignal.timeout(callWithinMs)]);
        return perform(handler, call, begun === 'again' || afterUnknown, signal);
      },
      room,
    );
  };
  const handle = async (event: Due, { signal }: { readonly signal: AbortSignal }): Promise<void> => {
    // It is made when its first pause is over: that is an event of its own.
    if (event.type === 'EffectRequested' && event.data.due !== null) return;
    const call = callOf(event);
    const begun = await beginAttempt(send, call, signal);
    if (begun === 'over') return;
    const ended = await make(call, event, begun, signal);
    // Whoever is stopped in the middle of a call says nothing of it: the next one finds it begun, and asks first.
    signal.throwIfAborted();
    await endAttempt(send, call, ended, signal);
    options.onAttempt?.({ ...ended, handler: call.handler });
  };
  return followEvents(following, {
    ...{ group: EFFECTS_GROUP, onProblem },
    wants: ({ stream, type }) => stream.type === 'effect' && MAKES_DUE.has(type),
    handle: (event, stopping) =>
      handlePersistently(
        event.consumed() as unknown as Due,
        { handler: handle, workers, retry: RETRY },
        stopping,
      ),
  });
};
