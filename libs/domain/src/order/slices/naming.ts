import { accept, type Reaction, type Rejection, type SentCommand, type StreamRef } from '@orderloom/decider';
import type { OrderCommand, OrderPlacedData } from '../../messages/generated/order.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { OrderState } from '../state.ts';

// The order claims the name that another system has for it, and notes where another order was first.

export const namingCommands: CommandRules<'RecordAliasRefused'> = {
  RecordAliasRefused: {
    emits: ['AliasRefused'],
    gate: [],
    mayRefuse: false,
    internal: true,
    decide: (_state, data) => accept({ type: 'AliasRefused', data }),
  },
};

export const namingEvents: EventFolds<'AliasRefused'> = { AliasRefused: () => ({}) };

const NOTHING: readonly SentCommand[] = [];

/** A process manager that claims an order's foreign name, where it was placed with one. */
export const claimAlias: Reaction<OrderState, OrderPlacedData> = {
  sends: ['RegisterAlias'],
  react: (_state, { externalId }, { key: orderId }) =>
    externalId === null
      ? NOTHING
      : [{ to: { type: 'alias', key: externalId }, command: { type: 'RegisterAlias', data: { orderId } } }],
};

/** What becomes of a claim that comes too late. */
export const aliasRefused = (
  _sent: object,
  { code }: Pick<Rejection, 'code'>,
  { key: externalId }: StreamRef,
): OrderCommand => ({ type: 'RecordAliasRefused', data: { externalId, code } });
