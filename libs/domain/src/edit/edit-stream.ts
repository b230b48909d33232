import { defineStreamType, type CommandRule, type Explanation, type Guard } from '@orderloom/decider';
import type { CommitEditData, EditCommand, EditEvent } from '../messages/generated/edit.ts';
import { decideEdit, editLife } from './decide.ts';
import { orderOfEdit, slotOfEdit } from './edit-key.ts';
import { evolveEdit } from './evolve.ts';
import { commandOfChange } from './staged.ts';
import { noEdit, type EditState } from './state.ts';

type Rules = {
  readonly [T in EditCommand['type']]: CommandRule<Extract<EditCommand, { type: T }>, EditState>;
};

const orderOf = (key: string): Guard['to'] => ({ type: 'order', key: orderOfEdit(key) });

/** The order is where the changes were looked at, and has them all, one after the other. */
const allChanges = (
  { orderVersion }: CommitEditData,
  key: string,
  { changes }: EditState,
): readonly Guard[] => {
  const to = orderOf(key);
  return [
    { to, expectedVersion: orderVersion },
    ...changes.map((change, index): Guard => ({
      ...{ to, command: commandOfChange(change), at: `/changes/${index}/data` },
    })),
  ];
};

/** The order hears of an edit once: when it is committed. */
const commands: Rules = {
  BeginEdit: {
    emits: ['EditBegun'],
    guards: ({ orderVersion }, { key }) => [{ to: orderOf(key), expectedVersion: orderVersion }],
  },
  StageChange: { emits: ['ChangeStaged'] },
  UnstageChange: { emits: ['ChangeUnstaged'] },
  CommitEdit: {
    emits: ['EditCommitted'],
    // Of the changes some need one.
    needsActor: true,
    guards: (data, { key }, _commandId, state) => allChanges(data, key, state),
  },
  DiscardEdit: { emits: ['EditDiscarded'] },
  ExpireEdit: { emits: ['EditExpired'], internal: true },
};

const statusOf = ({ status }: EditState): Explanation['status'] => ({ status });

/** Whether there is anything in the edit that the command could be about. */
const applies = ({ changes }: EditState, type: string): boolean =>
  changes.length > 0 || (type !== 'UnstageChange' && type !== 'CommitEdit');

const explainEdit = (state: EditState): Explanation => {
  const allowedCommands = Object.entries(commands).flatMap(([type, { internal = false }]) =>
    !internal && editLife[type as EditCommand['type']] === state.status && applies(state, type) ? [type] : [],
  );
  return {
    status: statusOf(state),
    allowedCommands,
    mayRefuse: allowedCommands.filter((type) => type !== 'DiscardEdit'),
  };
};

/**
 * The stream of changes of one order that somebody prepares: key = `ORDER.NAME`, in the slot of its order. Until it is
 * committed the order knows nothing of it; then all of it is decided by the order, in the same transaction.
 */
export const editStreamType = defineStreamType<EditState, EditCommand, EditEvent, unknown>({
  name: 'edit',
  foldId: 'edit-1',
  decider: {
    initialState: noEdit,
    decide: decideEdit,
    evolve: evolveEdit,
    isTerminal: ({ status }) => status !== 'none' && status !== 'open',
  },
  slotOf: (_tenant, key) => slotOfEdit(key),
  commands,
  statusOf,
  explain: explainEdit,
  nextDeadline: ({ due }) =>
    due === null ? undefined : { name: 'edit', due, command: { type: 'ExpireEdit', data: {} } },
});
