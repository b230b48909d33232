import type { EditEvent } from '../messages/generated/edit.ts';
import { stagedIn } from './staged.ts';
import type { EditState } from './state.ts';

/** What is staged stays readable behind the end of an edit. */
export const evolveEdit = (state: EditState, event: EditEvent): EditState => {
  switch (event.type) {
    case 'EditBegun': {
      const { orderVersion, due } = event.data;
      return { ...state, status: 'open', orderVersion, due };
    }
    case 'ChangeStaged':
      return {
        ...state,
        changes: [...state.changes, stagedIn(event.data)],
        staged: state.staged + 1,
      };
    case 'ChangeUnstaged': {
      const { changeId } = event.data;
      return { ...state, changes: state.changes.filter((change) => change.changeId !== changeId) };
    }
    case 'EditCommitted':
      return { ...state, status: 'committed', due: null, orderVersion: event.data.orderVersion };
    case 'EditDiscarded':
      return { ...state, status: 'discarded', due: null };
    case 'EditExpired':
      return { ...state, status: 'expired', due: null };
  }
};
