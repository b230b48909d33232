import { reconciliationStreamType, type ReconciliationState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type ReconciliationDocument = StreamDocument<ReconciliationState>;

/** Lists: `all:`, `status:running`, `status:open`, `status:settled`; `provider:<name>`. The newest day is the newest. */
export const reconciliationView = streamView(reconciliationStreamType, {
  lists: ({ state }) => [`provider:${state.provider}`],
});

/** A statement that was held against the orders, as readers get it. */
export const presentReconciliation = ({ id, version, document }: Stored<ReconciliationDocument>) => {
  const { state, status, createdAt, updatedAt } = document;
  const { provider, day, source, rows, matched, elsewhere, differences } = state;
  return {
    reconciliationId: id,
    ...{ provider, day, source, rows, matched, elsewhere, differences, status },
    createdAt: instant(createdAt),
    updatedAt: instant(updatedAt),
    version,
  };
};
