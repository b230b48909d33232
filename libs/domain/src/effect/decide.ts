import { accept, refuseMissing, refuseState, type DecideContext, type Decision } from '@orderloom/decider';
import type {
  EffectCommand,
  EffectEvent,
  RecordFailureData,
  RequestEffectData,
} from '../messages/generated/effect.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';
import type { EffectState } from './state.ts';
import { refuseUnwanted, UNSUBSCRIBED, wantedCall } from './wanted-call.ts';

const LONGEST_RETRY_MS = 3_600_000;

type Context = Pick<DecideContext<TenantState>, 'stream' | 'now' | 'global'>;

/** How long to wait behind an attempt: as was said, or doubled with each one since the effect was begun, or begun again. */
const pauseBehind = (state: EffectState): number => {
  const { firstRetryMs, pausesMs, maxAttempts, lastAttempt, attempt } = state;
  const made = attempt - (lastAttempt - maxAttempts);
  return pausesMs[made] ?? Math.min(LONGEST_RETRY_MS, firstRetryMs * 2 ** Math.min(made - 1, 40));
};

const over = (state: EffectState, attempt: number, key: string): Decision<never> =>
  refuseState('attempt-over', `attempt ${attempt} of effect ${key} is over; it is ${state.status}`);

const isUnderWay = (state: EffectState, attempt: number): boolean =>
  state.status === 'started' && state.attempt === attempt;

const fail = (state: EffectState, data: RecordFailureData, { now }: Context): Decision<EffectEvent> => {
  const { attempt, outcome, code } = data;
  const ends = outcome === 'refused' || attempt >= state.lastAttempt;
  const due = ends ? null : now + pauseBehind(state);
  const failed = { type: 'EffectAttemptFailed', data: { attempt, outcome, code, due } } as const;
  return ends
    ? accept<EffectEvent>(failed, { type: 'EffectGivenUp', data: { attempts: attempt, code } })
    : accept<EffectEvent>(failed);
};

/** The event that a worker makes the call for. */
const dueAgain = (state: EffectState, call: EffectCall): EffectEvent => ({
  type: 'EffectAttemptDue',
  data: { attempt: state.attempt + 1, afterUnknown: state.unknown, call },
});

const retry = (state: EffectState, known: EffectCall, context: Context): Decision<EffectEvent> => {
  if (state.status !== 'waiting') return over(state, state.attempt, context.stream.key);
  const call = wantedCall(known, context.global);
  if (call !== undefined) return accept(dueAgain(state, call));
  return accept({ type: 'EffectGivenUp', data: { attempts: state.attempt, code: UNSUBSCRIBED } });
};

const redrive = (state: EffectState, known: EffectCall, context: Context): Decision<EffectEvent> => {
  const { key } = context.stream;
  if (state.status !== 'given-up' && state.status !== 'waiting')
    return refuseState(
      'effect-not-redrivable',
      `effect ${key} is ${state.status}; there is nothing to redrive`,
    );
  const call = wantedCall(known, context.global);
  if (call === undefined) return refuseUnwanted(known);
  const lastAttempt = state.attempt + state.maxAttempts;
  return accept<EffectEvent>({ type: 'EffectRedriven', data: { lastAttempt } }, dueAgain(state, call));
};

const request = (data: RequestEffectData, { now }: Context): Decision<EffectEvent> => {
  const [first] = data.pausesMs;
  return accept({
    type: 'EffectRequested',
    data: { ...data, due: first === undefined ? null : now + first },
  });
};

/** One call to the outside: at least once, with bounded attempts, and never two at a time as far as anybody knows. */
export const decideEffect = (
  state: EffectState,
  command: EffectCommand,
  context: Context,
): Decision<EffectEvent> => {
  const { key } = context.stream;
  if (command.type === 'RequestEffect')
    return state.status === 'none'
      ? request(command.data, context)
      : refuseState('effect-exists', `effect ${key} was requested already`);
  if (state.call === null) return refuseMissing('unknown-effect', `there is no effect ${key}`);
  switch (command.type) {
    case 'StartAttempt':
      return state.status === 'due' && state.attempt === command.data.attempt
        ? accept({ type: 'EffectAttemptStarted', data: command.data })
        : over(state, command.data.attempt, key);
    case 'ResumeAttempt':
      return isUnderWay(state, command.data.attempt)
        ? accept({ type: 'EffectAttemptResumed', data: command.data })
        : over(state, command.data.attempt, key);
    // Whoever has succeeded has, even where everybody else believes that this attempt was lost.
    case 'RecordSuccess':
      return state.status === 'succeeded' || command.data.attempt > state.attempt
        ? over(state, command.data.attempt, key)
        : accept({ type: 'EffectSucceeded', data: command.data });
    case 'RecordFailure':
      return isUnderWay(state, command.data.attempt)
        ? fail(state, command.data, context)
        : over(state, command.data.attempt, key);
    case 'SettleEffect':
      return state.status === 'succeeded'
        ? over(state, state.attempt, key)
        : accept({ type: 'EffectSettled', data: {} });
    case 'MakeAttemptDue':
      return retry(state, state.call, context);
    case 'RedriveEffect':
      return redrive(state, state.call, context);
  }
};
