import {
  accept,
  defineStreamType,
  refuseState,
  slotOf,
  type Decider,
  type Explanation,
} from '@orderloom/decider';
import type { AliasCommand, AliasEvent } from '../messages/generated/alias.ts';

/** Which order a foreign name leads to. */
export type AliasState = {
  /** `null`: nobody has claimed the name. */
  readonly orderId: string | null;
};

const statusOf = ({ orderId }: AliasState): Explanation['status'] => ({
  status: orderId === null ? 'none' : 'registered',
});

const aliasDecider: Decider<AliasState, AliasCommand, AliasEvent> = {
  initialState: { orderId: null },
  decide: (state, { data }, { stream }) =>
    state.orderId === null
      ? accept({ type: 'AliasRegistered', data })
      : refuseState('alias-taken', `${stream.key} is the name of another order`),
  evolve: (_state, { data: { orderId } }) => ({ orderId }),
  isTerminal: ({ orderId }) => orderId !== null,
};

/**
 * The stream of one name that another system has for an order: key = `source:id`, or whatever that system calls it. Whoever
 * claims it first has it; it never leads anywhere else.
 */
export const aliasStreamType = defineStreamType<AliasState, AliasCommand, AliasEvent, unknown>({
  name: 'alias',
  foldId: 'alias-1',
  decider: aliasDecider,
  slotOf,
  commands: { RegisterAlias: { emits: ['AliasRegistered'], internal: true } },
  statusOf,
  explain: (state) => ({ status: statusOf(state), allowedCommands: [], mayRefuse: [] }),
});
