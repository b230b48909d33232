import { defineStreamType, type Explanation } from '@orderloom/decider';
import type { EffectCommand, EffectEvent } from '../messages/generated/effect.ts';
import type { TenantState } from '../tenant/state.ts';
import { inTurn } from '../in-turn.ts';
import { ALARM, alarming } from './alarming.ts';
import { decideEffect } from './decide.ts';
import { slotOfEffect } from './effect-key.ts';
import { evolveEffect } from './evolve.ts';
import { leavingChain } from './leaving-chain.ts';
import { reportingUnknown } from './given-up.ts';
import { noEffect, type EffectState, type EffectStatus } from './state.ts';

const allowed: Readonly<Record<EffectStatus, readonly string[]>> = {
  none: [],
  due: ['StartAttempt', 'RecordSuccess'],
  started: ['ResumeAttempt', 'RecordSuccess', 'RecordFailure'],
  waiting: ['RecordSuccess', 'RedriveEffect'],
  succeeded: [],
  'given-up': ['RecordSuccess', 'RedriveEffect'],
};

const statusOf = ({ status }: EffectState): Explanation['status'] => ({ status });

/** Each names an attempt, or wants the webhook or provider to be there still. */
const explainEffect = (state: EffectState): Explanation => ({
  status: statusOf(state),
  allowedCommands: allowed[state.status],
  mayRefuse: allowed[state.status],
});

/**
 * The stream of one call to the outside: key = effect id, in the slot of its order. An effect worker makes the call and
 * says here what came of it; when the next attempt is due is decided here, by a deadline, and nowhere else.
 */
export const effectStreamType = defineStreamType<EffectState, EffectCommand, EffectEvent, TenantState>({
  name: 'effect',
  foldId: 'effect-3',
  decider: {
    initialState: noEffect,
    decide: decideEffect,
    evolve: evolveEffect,
    isTerminal: ({ status }) => status === 'succeeded',
  },
  closes: ({ status }) => status === 'succeeded' || status === 'given-up',
  slotOf: (_tenant, key) => slotOfEffect(key),
  commands: {
    RequestEffect: { emits: ['EffectRequested'], internal: true },
    StartAttempt: { emits: ['EffectAttemptStarted'] },
    ResumeAttempt: { emits: ['EffectAttemptResumed'] },
    RecordSuccess: { emits: ['EffectSucceeded'] },
    RecordFailure: { emits: ['EffectAttemptFailed', 'EffectGivenUp'] },
    SettleEffect: { emits: ['EffectSettled'], internal: true },
    MakeAttemptDue: { emits: ['EffectAttemptDue', 'EffectGivenUp'], internal: true },
    RedriveEffect: { emits: ['EffectRedriven', 'EffectAttemptDue'] },
  },
  statusOf,
  explain: explainEffect,
  reactions: { ...leavingChain, EffectGivenUp: inTurn(reportingUnknown, alarming) },
  alarms: [ALARM],
  nextDeadline: ({ due }) =>
    due === null ? undefined : { name: 'retry', due, command: { type: 'MakeAttemptDue', data: {} } },
});
