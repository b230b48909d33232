import type { ReconciliationEvent } from '../messages/generated/reconciliation.ts';
import { noReconciliation, type KnownDifference, type ReconciliationState } from './state.ts';

const isOpen = ({ resolved }: KnownDifference): boolean => resolved === null;

export const evolveReconciliation = (
  state: ReconciliationState,
  event: ReconciliationEvent,
): ReconciliationState => {
  switch (event.type) {
    case 'ReconciliationStarted':
      return { ...noReconciliation, ...event.data, status: 'running' };
    case 'DifferencesFound': {
      const known = state.differences.length;
      const found = event.data.differences.map((one, at) => ({
        ...{ ...one, differenceId: `difference-${known + at + 1}`, resolved: null },
      }));
      return { ...state, differences: [...state.differences, ...found] };
    }
    case 'ReconciliationCompleted': {
      const status = state.differences.some(isOpen) ? 'open' : 'settled';
      return { ...state, ...event.data, status };
    }
    case 'DifferenceResolved': {
      const { differenceId, how, reason } = event.data;
      const differences = state.differences.map((one) =>
        one.differenceId === differenceId ? { ...one, resolved: { how, reason } } : one,
      );
      const isSettled = state.status === 'open' && !differences.some(isOpen);
      return { ...state, differences, status: isSettled ? 'settled' : state.status };
    }
  }
};
