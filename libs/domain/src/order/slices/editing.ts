import { accept, refuseContent, type Decision } from '@orderloom/decider';
import type { AddNoteData, EditReceiverData, OrderEvent } from '../../messages/generated/order.ts';
import { keptSealed } from '../kept-sealed.ts';
import { refusePersonalText } from '../personal-text.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import { handlingOf, type OrderState } from '../state.ts';

// What is known of an order is put right while that is of use, and added to at any time.

/** A receiver that is sealed with another key would outlive its buyer's. */
const edit = (state: OrderState, { buyerId, receiver }: EditReceiverData): Decision<OrderEvent> =>
  buyerId === state.placed.buyerId
    ? accept({
        type: 'ReceiverEdited',
        data: { receiver: keptSealed(receiver), tokens: receiver.tokens },
      })
    : refuseContent(
        'buyer-mismatch',
        'the receiver is sealed with the key of a buyer who did not place this order',
        '/buyerId',
      );

const note = (_state: OrderState, { text }: AddNoteData): Decision<OrderEvent> =>
  refusePersonalText(text, '/text') ?? accept({ type: 'NoteAdded', data: { text } });

export const editingCommands: CommandRules<'EditReceiver' | 'AddNote'> = {
  EditReceiver: {
    emits: ['ReceiverEdited'],
    gate: ['ReceiverEdited'],
    mayRefuse: true,
    decidesOn: () => 'receiver',
    decide: edit,
  },
  AddNote: { emits: ['NoteAdded'], gate: ['NoteAdded'], mayRefuse: true, decide: note },
};

export const editingEvents: EventFolds<'ReceiverEdited' | 'NoteAdded'> = {
  ReceiverEdited: (state, _data, { version }) => ({
    handling: { ...handlingOf(state), receiverVersion: version },
  }),
  NoteAdded: (state, _data, { version }) => ({ handling: { ...handlingOf(state), noteVersion: version } }),
};
