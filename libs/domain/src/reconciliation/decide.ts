import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type {
  ReconciliationCommand,
  ReconciliationEvent,
  RecordDifferencesData,
  ResolveDifferenceData,
  StartReconciliationData,
} from '../messages/generated/reconciliation.ts';
import { refusePersonalText } from '../order/personal-text.ts';
import { movementName } from './compare.ts';
import { reconciliationKey, type ReconciliationState } from './state.ts';

type Decided = Decision<ReconciliationEvent>;

const start = (state: ReconciliationState, data: StartReconciliationData, key: string): Decided => {
  const { provider, day, source } = data;
  if (reconciliationKey(provider, day) !== key)
    return refuseContent(
      'misplaced-statement',
      `the statement of ${provider} about ${day} belongs to ${reconciliationKey(provider, day)}, not to ${key}`,
      '/day',
    );
  if (state.status === 'none') return accept({ type: 'ReconciliationStarted', data });
  return state.source === source
    ? refuseState('reconciliation-begun', `the statement of ${key} is ${state.status} already`)
    : refuseState(
        'other-statement',
        `another statement of ${key} was held against the orders; resolve what it differs in`,
      );
};

const record = (state: ReconciliationState, data: RecordDifferencesData): Decided => {
  const names = [...state.differences, ...data.differences].map(movementName);
  const twice = data.differences.findIndex(
    (one, at) => names.indexOf(movementName(one)) !== state.differences.length + at,
  );
  const known = data.differences[twice];
  if (known !== undefined)
    return refuseContent(
      'difference-known',
      `${movementName(known)} differs already`,
      `/differences/${twice}/paymentId`,
    );
  return accept({ type: 'DifferencesFound', data });
};

const resolve = (state: ReconciliationState, data: ResolveDifferenceData): Decided => {
  const { differenceId, reason } = data;
  const found = state.differences.find((one) => one.differenceId === differenceId);
  if (!found) return refuseContent('unknown-difference', `there is no ${differenceId}`, '/differenceId');
  if (found.resolved)
    return refuseState('difference-resolved', `${differenceId} is ${found.resolved.how} already`);
  return refusePersonalText(reason, '/reason') ?? accept({ type: 'DifferenceResolved', data });
};

/** A statement is looked at once; what it differs in is settled by whoever finds out why. */
export const decideReconciliation = (
  state: ReconciliationState,
  command: ReconciliationCommand,
  { stream: { key } }: Pick<DecideContext, 'stream'>,
): Decided => {
  if (command.type === 'StartReconciliation') return start(state, command.data, key);
  if (state.status === 'none')
    return refuseMissing('unknown-reconciliation', `no statement of ${key} was held against the orders`);
  if (command.type === 'ResolveDifference') return resolve(state, command.data);
  if (state.status !== 'running')
    return refuseState('reconciliation-over', `all rows of the statement of ${key} were looked at`);
  return command.type === 'RecordDifferences'
    ? record(state, command.data)
    : accept({ type: 'ReconciliationCompleted', data: command.data });
};
