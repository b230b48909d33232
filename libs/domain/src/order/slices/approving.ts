import { accept, type Decision } from '@orderloom/decider';
import type {
  ApproveOrderData,
  DeclineOrderData,
  OrderEvent,
  RequestApprovalData,
} from '../../messages/generated/order.ts';
import type { Lifecycle } from '../lifecycle/compiled.ts';
import { tableStepper } from '../lifecycle/stepper.ts';
import { refusePersonalText } from '../personal-text.ts';
import { dueAfter } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { wholeOrderCancelled } from './cancelling.ts';

// An order waits for somebody who may approve it: because its total is above what the tenant lets go by itself, or
// because somebody asks. Declined, or not approved in time, it is cancelled and what was paid goes back.

const ABOVE_LIMIT = 'the total is above the limit';

type Deciding = Pick<OrderContext, 'global' | 'now'>;

const requested = (
  lifecycle: Lifecycle | undefined,
  { reason, limit }: { readonly reason: string; readonly limit: number | null },
  { global, now }: Deciding,
): OrderEvent => {
  const due = dueAfter(lifecycle, 'ApprovalRequested', { policy: global.policy, now, fired: 0 });
  return { type: 'ApprovalRequested', data: { reason, limit, due } };
};

type Priced = { readonly currency: string; readonly total: number };

const approvalAbove = (
  lifecycle: Lifecycle | undefined,
  placed: Priced,
  context: Deciding,
): readonly OrderEvent[] => {
  const { approvalLimits } = context.global.policy;
  const limit = approvalLimits.find(({ currency }) => currency === placed.currency)?.amount ?? 0;
  return placed.total > limit ? [requested(lifecycle, { reason: ABOVE_LIMIT, limit }, context)] : [];
};

/** What follows the placement of an order that must be approved; nothing where it need not be, or its lifecycle knows of none. */
export const approvalAtPlacing = (
  lifecycle: Lifecycle,
  placed: Priced,
  context: Deciding,
): readonly OrderEvent[] =>
  tableStepper.next(lifecycle, 0, 'ApprovalRequested') < 0 ? [] : approvalAbove(lifecycle, placed, context);

/** What follows where an order comes to more than before, and nobody was asked to approve it yet. */
export const approvalOfMore = (priced: Priced, context: OrderContext): readonly OrderEvent[] =>
  context.may('ApprovalRequested') ? approvalAbove(context.lifecycle, priced, context) : [];

const request = (
  _state: OrderState,
  { reason }: RequestApprovalData,
  context: OrderContext,
): Decision<OrderEvent> =>
  refusePersonalText(reason, '/reason') ??
  accept(requested(context.lifecycle, { reason, limit: null }, context));

const approve = (
  _state: OrderState,
  { reason }: ApproveOrderData,
  { lifecycle, global, now }: OrderContext,
): Decision<OrderEvent> => {
  const due = dueAfter(lifecycle, 'OrderApproved', { policy: global.policy, now, fired: 0 });
  return (
    (reason === null ? undefined : refusePersonalText(reason, '/reason')) ??
    accept({ type: 'OrderApproved', data: { reason, due } })
  );
};

const decline = (
  state: OrderState,
  { reason }: DeclineOrderData,
  context: OrderContext,
): Decision<OrderEvent> =>
  refusePersonalText(reason, '/reason') ??
  accept({ type: 'ApprovalDeclined', data: { reason } }, ...wholeOrderCancelled(state, reason, context));

const expire = (state: OrderState, _data: object, context: OrderContext): Decision<OrderEvent> =>
  accept(
    { type: 'ApprovalExpired', data: {} },
    ...wholeOrderCancelled(state, 'nobody has approved it in time', context),
  );

export const approvingCommands: CommandRules<
  'RequestApproval' | 'ApproveOrder' | 'DeclineOrder' | 'ExpireApproval'
> = {
  RequestApproval: {
    emits: ['ApprovalRequested'],
    gate: ['ApprovalRequested'],
    mayRefuse: true,
    decide: request,
  },
  ApproveOrder: {
    emits: ['OrderApproved', 'ReservationRequested', 'FulfilmentRequested'],
    gate: ['OrderApproved'],
    mayRefuse: true,
    needsActor: true,
    decide: approve,
  },
  DeclineOrder: {
    emits: ['ApprovalDeclined', 'FulfilmentReduced', 'OrderCancelled', 'RefundDue'],
    gate: ['ApprovalDeclined'],
    mayRefuse: true,
    needsActor: true,
    decide: decline,
  },
  ExpireApproval: {
    emits: ['ApprovalExpired', 'FulfilmentReduced', 'OrderCancelled', 'RefundDue', 'RefundWithheld'],
    gate: ['ApprovalExpired'],
    mayRefuse: false,
    internal: true,
    decide: expire,
  },
};

export const approvingEvents: EventFolds<
  'ApprovalRequested' | 'OrderApproved' | 'ApprovalDeclined' | 'ApprovalExpired'
> = {
  ApprovalRequested: () => ({}),
  OrderApproved: () => ({}),
  ApprovalDeclined: () => ({}),
  ApprovalExpired: () => ({}),
};
