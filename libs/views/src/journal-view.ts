import { journalStreamType, type JournalState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type JournalDocument = StreamDocument<JournalState>;

/** Lists: `all:`, `status:kept`. */
export const journalView = streamView(journalStreamType);

/** How much was said about an order; what it was is the history of this stream. */
export const presentJournal = ({ id, version, document }: Stored<JournalDocument>) => ({
  orderId: id,
  status: document.status,
  exchanges: document.state.exchanges,
  createdAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});
