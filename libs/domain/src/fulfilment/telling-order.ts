import type { Reaction, SentCommand, StreamRef } from '@orderloom/decider';
import type { RequestRepeatedData, RequestUnansweredData } from '../messages/generated/fulfilment.ts';
import { orderOfFulfilment } from './fulfilment-key.ts';
import type { FulfilmentState } from './state.ts';

// What a fulfilment tells its order of its own accord. What it may do at all is asked before: see the guards of its commands.

/** A command to the order of a fulfilment, about the fulfilment. */
export const toOrder = (fulfilmentId: string, type: string, more: object = {}): SentCommand => ({
  to: { type: 'order', key: orderOfFulfilment(fulfilmentId) },
  command: { type, data: { fulfilmentId, ...more } },
});

const NOTHING: readonly SentCommand[] = [];

/** An answer that nobody expected any more ends the alarm. */
const answeredLate: Reaction<FulfilmentState, { readonly late: boolean }> = {
  sends: ['RecordFulfilmentAnswered'],
  react: (_state, { late }, { key }: StreamRef) =>
    late ? [toOrder(key, 'RecordFulfilmentAnswered')] : NOTHING,
};

const askedAgain: Reaction<FulfilmentState, RequestRepeatedData> = {
  sends: ['RepeatFulfilmentRequest'],
  react: (_state, { attempt }, { key }) => [toOrder(key, 'RepeatFulfilmentRequest', { attempt })],
};

const givenUp: Reaction<FulfilmentState, RequestUnansweredData> = {
  sends: ['RecordFulfilmentUnanswered'],
  react: (_state, { attempts }, { key }) => [toOrder(key, 'RecordFulfilmentUnanswered', { attempts })],
};

export const tellingOrder = {
  RequestRepeated: askedAgain,
  RequestUnanswered: givenUp,
  FulfilmentAcknowledged: answeredLate,
  FulfilmentPicked: answeredLate,
  FulfilmentShipped: answeredLate,
};
