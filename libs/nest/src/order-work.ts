import type { StoredDocument } from '@orderloom/engine';
import type { EdgeWork } from '@orderloom/http';
import { presentWork, workLists, workQuestion } from '@orderloom/views';

type Shown = Parameters<typeof presentWork>[0];

/** The lists of work, as HTTP needs them. */
export const orderWork: EdgeWork = {
  lists: workLists,
  question: workQuestion,
  // The view of orders wrote it.
  show: (stored: StoredDocument, list, now) => presentWork(stored as Shown, list, now),
};
