import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type {
  ApproveReturnData,
  InspectReturnData,
  OrderEvent,
  ReceiveReturnData,
  ReportReturnShippedData,
} from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { refusePersonalText } from '../personal-text.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { OrderState, Return } from '../state.ts';

// A return goes from hand to hand before it is resolved: approved, on its way, received, inspected. A shop that needs none of
// that resolves it at once. How far each return is, is a matter of that return: the order's status does not tell it.

type Stage = NonNullable<Return['stage']>;

/** Where a return has to be, that a stage may follow. Goods may arrive though nobody has said that they left. */
const BEFORE: Readonly<Record<Stage, readonly (Stage | undefined)[]>> = {
  approved: [undefined],
  'in-transit': ['approved'],
  received: ['approved', 'in-transit'],
  inspected: ['received'],
};

/** Once it was approved a return is taken back only when it is there. */
const BACK: readonly (Stage | undefined)[] = [undefined, 'received', 'inspected'];

/** What somebody does with the return that is named; refused where there is none, or where it is over. */
export const withReturn = (
  { returns }: OrderState,
  returnId: string,
  decide: (found: Return) => Decision<OrderEvent>,
): Decision<OrderEvent> => {
  const found = returns.find((one) => one.returnId === returnId);
  if (!found) return refuseContent('unknown-return', `the order has no return ${returnId}`, '/returnId');
  return found.status === 'open'
    ? decide(found)
    : refuseState('return-resolved', `${returnId} is ${found.status} already`);
};

const refuseStage = ({ returnId, stage }: Return, act: string): Decision<never> =>
  refuseState('return-stage', `${returnId} is ${stage ?? 'requested'}; it cannot be ${act} from there`);

/** Refuses to take a return back that was let come and has not. */
export const refuseUnlessBack = (found: Return): Decision<never> | undefined =>
  BACK.includes(found.stage) ? undefined : refuseStage(found, 'accepted');

const reach = (
  state: OrderState,
  returnId: string,
  stage: Stage,
  decide: (found: Return) => Decision<OrderEvent>,
): Decision<OrderEvent> =>
  withReturn(state, returnId, (found) =>
    BEFORE[stage].includes(found.stage) ? decide(found) : refuseStage(found, stage),
  );

/** Refuses where more is named than comes back. */
const refuseMore = (found: Return, accepted: readonly LineQuantity[]): Decision<never> | undefined => {
  const place = accepted.findIndex(
    ({ lineId, quantity }) => quantity > (found.lines.find((line) => line.lineId === lineId)?.quantity ?? 0),
  );
  return place < 0
    ? undefined
    : refuseContent(
        'quantity-exceeded',
        `not so many units of the line come back with ${found.returnId}`,
        `/accepted/${place}/quantity`,
      );
};

const inspect = (state: OrderState, { returnId, accepted, reason }: InspectReturnData) =>
  reach(
    state,
    returnId,
    'inspected',
    (found) =>
      refuseMore(found, accepted) ??
      refusePersonalText(reason, '/reason') ??
      accept({ type: 'ReturnInspected', data: { returnId, accepted, reason } }),
  );

/** As long as a return can be resolved there is one, and it may be somewhere on its way. */
const GATE = ['ReturnResolved', 'ReturnResolved:last'];

/** When a stage may follow: some return is where it could. */
const where = (stage: Stage) => ({
  gate: GATE,
  applies: ({ returns }: OrderState): boolean =>
    returns.some((one) => one.status === 'open' && BEFORE[stage].includes(one.stage)),
  shutBy: ({ returns }: OrderState): Decision<never> | undefined => {
    const open = returns.find(({ status }) => status === 'open');
    return open && refuseStage(open, stage);
  },
});

export const returnStageCommands: CommandRules<
  'ApproveReturn' | 'ReportReturnShipped' | 'ReceiveReturn' | 'InspectReturn'
> = {
  ApproveReturn: {
    emits: ['ReturnApproved'],
    ...where('approved'),
    mayRefuse: true,
    decide: (state, { returnId }: ApproveReturnData) =>
      reach(state, returnId, 'approved', () => accept({ type: 'ReturnApproved', data: { returnId } })),
  },
  ReportReturnShipped: {
    emits: ['ReturnShipped'],
    ...where('in-transit'),
    mayRefuse: true,
    decide: (state, { returnId, parcelId }: ReportReturnShippedData) =>
      reach(state, returnId, 'in-transit', () =>
        accept({ type: 'ReturnShipped', data: { returnId, parcelId } }),
      ),
  },
  ReceiveReturn: {
    emits: ['ReturnReceived'],
    ...where('received'),
    mayRefuse: true,
    decide: (state, { returnId }: ReceiveReturnData) =>
      reach(state, returnId, 'received', () => accept({ type: 'ReturnReceived', data: { returnId } })),
  },
  InspectReturn: {
    emits: ['ReturnInspected'],
    ...where('inspected'),
    mayRefuse: true,
    decide: inspect,
  },
};

const changed = (
  { returns }: OrderState,
  returnId: string,
  change: Pick<Return, 'stage' | 'accepted'>,
): { readonly returns: readonly Return[] } => ({
  returns: returns.map((one) => (one.returnId === returnId ? { ...one, ...change } : one)),
});

export const returnStageEvents: EventFolds<
  'ReturnApproved' | 'ReturnShipped' | 'ReturnReceived' | 'ReturnInspected'
> = {
  ReturnApproved: (state, { returnId }) => changed(state, returnId, { stage: 'approved' }),
  ReturnShipped: (state, { returnId }) => changed(state, returnId, { stage: 'in-transit' }),
  ReturnReceived: (state, { returnId }) => changed(state, returnId, { stage: 'received' }),
  ReturnInspected: (state, { returnId, accepted }) =>
    changed(state, returnId, { stage: 'inspected', accepted }),
};
