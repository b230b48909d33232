import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type { FulfilmentCommand, FulfilmentEvent } from '../messages/generated/fulfilment.ts';
import { refusePersonalText } from '../order/personal-text.ts';
import type { TenantState } from '../tenant/state.ts';
import type { FulfilmentState, FulfilmentStatus } from './state.ts';

type Context = Pick<DecideContext<TenantState>, 'stream' | 'now' | 'global'>;

const AT_REST = ['requested', 'acknowledged', 'held'] as const;

/** In which statuses each command is possible: the whole life of a fulfilment. */
export const fulfilmentLife: Readonly<Record<FulfilmentCommand['type'], readonly FulfilmentStatus[]>> = {
  RequestFulfilment: ['none'],
  RepeatRequest: ['requested'],
  WithdrawLines: [...AT_REST, 'picked'],
  AcknowledgeFulfilment: ['requested'],
  PickFulfilment: ['requested', 'acknowledged'],
  ShipFulfilment: ['requested', 'acknowledged', 'picked'],
  RecordFailedDelivery: ['shipped'],
  DeliverFulfilment: ['shipped'],
  CancelFulfilment: [...AT_REST, 'picked'],
  HoldFulfilment: ['requested', 'acknowledged', 'picked'],
  ReleaseFulfilment: ['held'],
  SplitFulfilment: AT_REST,
  MoveFulfilment: AT_REST,
  MergeFulfilment: AT_REST,
};

/** Nobody has answered: asked again, or given up asking. */
const repeat = ({ attempt }: FulfilmentState, { now, global }: Context): Decision<FulfilmentEvent> => {
  const { maxRequests, acknowledgeWithinMs } = global.policy;
  return attempt < maxRequests
    ? accept({ type: 'RequestRepeated', data: { attempt: attempt + 1, due: now + acknowledgeWithinMs } })
    : accept({ type: 'RequestUnanswered', data: { attempts: attempt } });
};

const wrongParcel = (state: FulfilmentState, parcelId: string): Decision<never> | undefined =>
  parcelId === state.parcelId
    ? undefined
    : refuseContent(
        'parcel-not-of-fulfilment',
        `it has travelled in ${state.parcelId ?? 'no parcel'}`,
        '/parcelId',
      );

const saying = (reason: string, event: FulfilmentEvent): Decision<FulfilmentEvent> =>
  refusePersonalText(reason, '/reason') ?? accept(event);

const possible = (
  state: FulfilmentState,
  command: FulfilmentCommand,
  context: Context,
): Decision<FulfilmentEvent> => {
  const late = state.unanswered;
  switch (command.type) {
    case 'RequestFulfilment': {
      const due = context.now + context.global.policy.acknowledgeWithinMs;
      return accept({ type: 'FulfilmentOpened', data: { ...command.data, due } });
    }
    case 'RepeatRequest':
      return repeat(state, context);
    case 'WithdrawLines':
      return accept({ type: 'LinesWithdrawn', data: command.data });
    case 'AcknowledgeFulfilment':
      return accept({ type: 'FulfilmentAcknowledged', data: { ...command.data, late } });
    case 'PickFulfilment':
      return accept({ type: 'FulfilmentPicked', data: { late } });
    case 'ShipFulfilment':
      return accept({ type: 'FulfilmentShipped', data: { ...command.data, late } });
    case 'RecordFailedDelivery':
      return saying(command.data.reason, {
        type: 'DeliveryAttemptFailed',
        data: { attempt: state.failedDeliveries + 1, reason: command.data.reason },
      });
    case 'DeliverFulfilment':
      return (
        wrongParcel(state, command.data.parcelId) ??
        accept({ type: 'FulfilmentDelivered', data: { proof: command.data.proof } })
      );
    case 'CancelFulfilment':
      return saying(command.data.reason, { type: 'FulfilmentCancelled', data: command.data });
    case 'HoldFulfilment':
      return saying(command.data.reason, { type: 'FulfilmentHeld', data: command.data });
    case 'ReleaseFulfilment':
      return accept({ type: 'FulfilmentReleased', data: {} });
    case 'SplitFulfilment':
      return accept({ type: 'FulfilmentReplaced', data: { why: 'split' } });
    case 'MoveFulfilment':
      return accept({ type: 'FulfilmentReplaced', data: { why: 'moved' } });
    case 'MergeFulfilment':
      return accept({ type: 'FulfilmentReplaced', data: { why: 'merged' } });
  }
};

/** What a warehouse, a carrier or an operator may do with a fulfilment; what it means for the order is the order's decision. */
export const decideFulfilment = (
  state: FulfilmentState,
  command: FulfilmentCommand,
  context: Context,
): Decision<FulfilmentEvent> => {
  const { key } = context.stream;
  if (fulfilmentLife[command.type].includes(state.status)) return possible(state, command, context);
  if (state.status === 'none') return refuseMissing('unknown-fulfilment', `there is no fulfilment ${key}`);
  return refuseState(
    'fulfilment-status',
    `fulfilment ${key} is ${state.status}; ${command.type} is not possible any more or not yet`,
  );
};
