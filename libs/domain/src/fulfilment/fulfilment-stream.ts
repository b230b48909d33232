import { defineStreamType, type CommandRule, type Explanation } from '@orderloom/decider';
import type { FulfilmentCommand, FulfilmentEvent } from '../messages/generated/fulfilment.ts';
import type { TenantState } from '../tenant/state.ts';
import { decideFulfilment, fulfilmentLife } from './decide.ts';
import { evolveFulfilment } from './evolve.ts';
import { orderOfFulfilment, slotOfFulfilment } from './fulfilment-key.ts';
import { noFulfilment, type FulfilmentState } from './state.ts';
import { tellingOrder, toOrder } from './telling-order.ts';

type Rules = {
  readonly [T in FulfilmentCommand['type']]: CommandRule<Extract<FulfilmentCommand, { type: T }>>;
};

/** Each that means something for the goods or the money is decided by the order too: both accept, or nothing happens. */
const commands: Rules = {
  RequestFulfilment: { emits: ['FulfilmentOpened'], internal: true },
  RepeatRequest: { emits: ['RequestRepeated', 'RequestUnanswered'], internal: true },
  WithdrawLines: { emits: ['LinesWithdrawn'], internal: true },
  AcknowledgeFulfilment: { emits: ['FulfilmentAcknowledged'] },
  PickFulfilment: {
    emits: ['FulfilmentPicked'],
    guards: (_data, { key }) => [toOrder(key, 'RecordFulfilmentPicked')],
  },
  ShipFulfilment: {
    emits: ['FulfilmentShipped'],
    guards: ({ parcelId }, { key }) => [toOrder(key, 'RecordFulfilmentShipped', { parcelId })],
  },
  RecordFailedDelivery: { emits: ['DeliveryAttemptFailed'] },
  DeliverFulfilment: {
    emits: ['FulfilmentDelivered'],
    guards: ({ parcelId }, { key }) => [
      {
        to: { type: 'order', key: orderOfFulfilment(key) },
        command: { type: 'ConfirmDelivery', data: { parcelId } },
      },
    ],
  },
  CancelFulfilment: {
    emits: ['FulfilmentCancelled'],
    guards: ({ reason }, { key }) => [toOrder(key, 'RecordFulfilmentCancelled', { reason })],
  },
  HoldFulfilment: { emits: ['FulfilmentHeld'] },
  ReleaseFulfilment: { emits: ['FulfilmentReleased'] },
  SplitFulfilment: {
    emits: ['FulfilmentReplaced'],
    guards: ({ lines }, { key }) => [toOrder(key, 'RecordFulfilmentSplit', { lines })],
  },
  MoveFulfilment: {
    emits: ['FulfilmentReplaced'],
    guards: ({ location }, { key }) => [toOrder(key, 'RecordFulfilmentMoved', { location })],
  },
  MergeFulfilment: {
    emits: ['FulfilmentReplaced'],
    guards: ({ other }, { key }) => [toOrder(key, 'RecordFulfilmentsMerged', { other })],
  },
};

const statusOf = ({ status }: FulfilmentState): Explanation['status'] => ({ status });

/** Whatever has a guard may be refused by the order; so may a text. */
const NEVER_REFUSED = ['AcknowledgeFulfilment', 'ReleaseFulfilment'];

const explainFulfilment = (state: FulfilmentState): Explanation => {
  const allowedCommands = Object.entries(commands).flatMap(([type, { internal = false }]) =>
    !internal && fulfilmentLife[type as FulfilmentCommand['type']].includes(state.status) ? [type] : [],
  );
  return {
    status: statusOf(state),
    allowedCommands,
    mayRefuse: allowedCommands.filter((type) => !NEVER_REFUSED.includes(type)),
  };
};

const isOver = ({ status }: FulfilmentState): boolean =>
  status === 'delivered' || status === 'cancelled' || status === 'replaced';

/**
 * The stream of a part of an order that one warehouse sends: key = `ORDER.NUMBER`, in the slot of its order. It knows where
 * that part is; what it means for goods and money is decided by the order, in the same transaction.
 */
export const fulfilmentStreamType = defineStreamType<
  FulfilmentState,
  FulfilmentCommand,
  FulfilmentEvent,
  TenantState
>({
  name: 'fulfilment',
  foldId: 'fulfilment-1',
  decider: {
    initialState: noFulfilment,
    decide: decideFulfilment,
    evolve: evolveFulfilment,
    isTerminal: isOver,
  },
  slotOf: (_tenant, key) => slotOfFulfilment(key),
  commands,
  statusOf,
  explain: explainFulfilment,
  reactions: tellingOrder,
  nextDeadline: ({ due, status }) =>
    due === null || status !== 'requested'
      ? undefined
      : { name: 'answer', due, command: { type: 'RepeatRequest', data: {} } },
});
