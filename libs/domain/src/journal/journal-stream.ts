import {
  accept,
  defineStreamType,
  refuseMissing,
  slotOfOrderId,
  type Decider,
  type Explanation,
} from '@orderloom/decider';
import type { JournalCommand, JournalEvent } from '../messages/generated/journal.ts';
import type { TenantState } from '../tenant/state.ts';

/** How much was said about one order; what it was stands in the events. */
export type JournalState = { readonly exchanges: number };

const journalDecider: Decider<JournalState, JournalCommand, JournalEvent, TenantState> = {
  initialState: { exchanges: 0 },
  // The registration is the permission to write this event type.
  decide: (_state, { data }, { global }) =>
    global.providers?.[data.provider] === undefined
      ? refuseMissing('unknown-provider', `the tenant has no payment provider ${data.provider}`)
      : accept({ type: 'ExchangeNoted', data }),
  evolve: ({ exchanges }) => ({ exchanges: exchanges + 1 }),
  isTerminal: () => false,
};

const statusOf = ({ exchanges }: JournalState): Explanation['status'] => ({
  status: exchanges === 0 ? 'none' : 'kept',
});

/**
 * The stream of everything that was said between us and payment providers about one order: key = order id, in the
 * order's slot. Nothing follows from it; it is there to be read when somebody disputes a payment.
 */
export const journalStreamType = defineStreamType<JournalState, JournalCommand, JournalEvent, TenantState>({
  name: 'journal',
  foldId: 'journal-1',
  decider: journalDecider,
  closes: () => true,
  slotOf: (_tenant, key) => slotOfOrderId(key),
  commands: { NoteExchange: { emits: ['ExchangeNoted'] } },
  statusOf,
  explain: (state) => ({
    status: statusOf(state),
    allowedCommands: ['NoteExchange'],
    mayRefuse: ['NoteExchange'],
  }),
});
