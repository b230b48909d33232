import { fulfilmentStreamType, type FulfilmentState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type FulfilmentDocument = StreamDocument<FulfilmentState>;

/** Lists: `all:`, `status:requested` … `status:replaced`, `location:<name>`; `unanswered:` where a warehouse does not answer. */
export const fulfilmentView = streamView(fulfilmentStreamType, {
  lists: ({ state }) => [`location:${state.location}`, ...(state.unanswered ? ['unanswered:'] : [])],
});

/** A fulfilment as readers get it. */
export const presentFulfilment = ({ id, version, document }: Stored<FulfilmentDocument>) => {
  const { status: _inDocument, heldIn: _inner, due, ...state } = document.state;
  return {
    fulfilmentId: id,
    status: document.status,
    ...state,
    askedAgainAt: due === null ? null : instant(due),
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
  };
};
