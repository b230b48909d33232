import { defineStreamType, slotOf, type Explanation } from '@orderloom/decider';
import type { ReconciliationCommand, ReconciliationEvent } from '../messages/generated/reconciliation.ts';
import { decideReconciliation } from './decide.ts';
import { evolveReconciliation } from './evolve.ts';
import { noReconciliation, type ReconciliationState } from './state.ts';

const statusOf = ({ status }: ReconciliationState): Explanation['status'] => ({ status });

const running = ['RecordDifferences', 'CompleteReconciliation'];

const allowedIn = ({ status, differences }: ReconciliationState): readonly string[] => [
  ...(status === 'none' ? ['StartReconciliation'] : []),
  ...(status === 'running' ? running : []),
  ...(differences.some(({ resolved }) => resolved === null) ? ['ResolveDifference'] : []),
];

/** The stream of one provider's statement about one day: key `2026-11-27.PROVIDER`. */
export const reconciliationStreamType = defineStreamType<
  ReconciliationState,
  ReconciliationCommand,
  ReconciliationEvent,
  unknown
>({
  name: 'reconciliation',
  foldId: 'reconciliation-1',
  decider: {
    initialState: noReconciliation,
    decide: decideReconciliation,
    evolve: evolveReconciliation,
    isTerminal: ({ status }) => status === 'settled',
  },
  slotOf,
  commands: {
    StartReconciliation: { emits: ['ReconciliationStarted'] },
    RecordDifferences: { emits: ['DifferencesFound'] },
    CompleteReconciliation: { emits: ['ReconciliationCompleted'] },
    ResolveDifference: { emits: ['DifferenceResolved'], needsActor: true },
  },
  statusOf,
  explain: (state) => {
    const allowedCommands = allowedIn(state);
    const mayRefuse = allowedCommands.filter((name) => name !== 'CompleteReconciliation');
    return { status: statusOf(state), allowedCommands, mayRefuse };
  },
});
