import type { EffectEvent } from '../messages/generated/effect.ts';
import { noEffect, type EffectState } from './state.ts';

/** Folds one event of an effect. */
export const evolveEffect = (state: EffectState, event: EffectEvent): EffectState => {
  switch (event.type) {
    case 'EffectRequested': {
      const { call, maxAttempts, firstRetryMs, pausesMs, due } = event.data;
      const rules = { lastAttempt: maxAttempts, maxAttempts, firstRetryMs, pausesMs };
      return due === null
        ? { ...noEffect, ...rules, status: 'due', call, attempt: 1 }
        : { ...noEffect, ...rules, status: 'waiting', call, due };
    }
    case 'EffectAttemptStarted':
      return { ...state, status: 'started' };
    case 'EffectAttemptResumed':
      return { ...state, unknown: true };
    case 'EffectSucceeded':
      return { ...state, status: 'succeeded', due: null, code: event.data.code };
    case 'EffectSettled':
      return { ...state, status: 'succeeded', due: null, code: 'settled' };
    case 'EffectAttemptFailed': {
      const { outcome, code, due } = event.data;
      return { ...state, status: 'waiting', due, code, unknown: state.unknown || outcome === 'unknown' };
    }
    case 'EffectAttemptDue': {
      const { attempt, call } = event.data;
      return { ...state, status: 'due', attempt, call, due: null };
    }
    case 'EffectGivenUp':
      return { ...state, status: 'given-up', due: null, code: event.data.code };
    case 'EffectRedriven':
      return { ...state, lastAttempt: event.data.lastAttempt };
  }
};
