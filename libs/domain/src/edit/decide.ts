import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type { EditCommand, EditEvent, StageChangeData } from '../messages/generated/edit.ts';
import { keptSealed } from '../order/kept-sealed.ts';
import { refusePersonalText } from '../order/personal-text.ts';
import { membersSaid, textsIn } from './staged.ts';
import type { EditState, EditStatus } from './state.ts';

const MINUTE = 60_000;
/** As many as one transaction of a busy shop may well take; somebody who wants more commits twice. */
const MOST_CHANGES = 20;

/** In which statuses each command is possible: the whole life of an edit. */
export const editLife: Readonly<Record<EditCommand['type'], EditStatus>> = {
  BeginEdit: 'none',
  StageChange: 'open',
  UnstageChange: 'open',
  CommitEdit: 'open',
  DiscardEdit: 'open',
  ExpireEdit: 'open',
};

const refusedText = (data: StageChangeData): Decision<never> | undefined => {
  for (const [text, pointer] of textsIn(data)) {
    const refusal = refusePersonalText(text, pointer);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** Whether the order would have it is asked when it is committed: the order may have moved on by then. */
const stage = ({ changes, staged }: EditState, data: StageChangeData): Decision<EditEvent> => {
  const said = membersSaid(data);
  if (said.length !== 1)
    return refuseContent(
      'not-one-change',
      said.length === 0 ? 'nothing is to be changed' : `${said.join(' and ')} are changes of their own`,
      said[1] === undefined ? '' : `/${said[1]}`,
    );
  if (changes.length >= MOST_CHANGES)
    return refuseState('too-many-changes', `an edit has at most ${MOST_CHANGES} changes`);
  const { receiver, ...change } = data;
  return (
    refusedText(data) ??
    accept({
      type: 'ChangeStaged',
      data: {
        ...change,
        changeId: `change-${staged + 1}`,
        receiver: receiver && keptSealed(receiver),
        tokens: receiver?.tokens ?? [],
      },
    })
  );
};

const possible = (
  state: EditState,
  command: EditCommand,
  { now }: Pick<DecideContext, 'now'>,
): Decision<EditEvent> => {
  switch (command.type) {
    case 'BeginEdit': {
      const { orderVersion, minutes } = command.data;
      return accept({ type: 'EditBegun', data: { orderVersion, due: now + minutes * MINUTE } });
    }
    case 'StageChange':
      return stage(state, command.data);
    case 'UnstageChange': {
      const { changeId } = command.data;
      return state.changes.some((change) => change.changeId === changeId)
        ? accept({ type: 'ChangeUnstaged', data: { changeId } })
        : refuseContent('unknown-change', `nothing is staged as ${changeId}`, '/changeId');
    }
    case 'CommitEdit':
      return state.changes.length === 0
        ? refuseState('nothing-staged', 'there is nothing to commit; stage a change, or discard the edit')
        : accept({ type: 'EditCommitted', data: command.data });
    case 'DiscardEdit':
      return accept({ type: 'EditDiscarded', data: {} });
    case 'ExpireEdit':
      return accept({ type: 'EditExpired', data: {} });
  }
};

/** What may be done with an edit; what a commit means for the order is the order's decision. */
export const decideEdit = (
  state: EditState,
  command: EditCommand,
  context: Pick<DecideContext, 'stream' | 'now'>,
): Decision<EditEvent> => {
  const { key } = context.stream;
  if (editLife[command.type] === state.status) return possible(state, command, context);
  if (state.status === 'none') return refuseMissing('unknown-edit', `there is no edit ${key}`);
  return refuseState(
    'edit-status',
    state.status === 'open'
      ? `edit ${key} is open already`
      : `edit ${key} is ${state.status}; begin another one under a name of its own`,
  );
};
