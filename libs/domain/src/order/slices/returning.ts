import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, RequestReturnData, ResolveReturnData } from '../../messages/generated/order.ts';
import { giveBack, reducedBy, shareOf } from '../giving-back.ts';
import { changedLines, refuseUnlessWithin } from '../lines.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// Delivered units come back; once they were looked at, their exact share is given back, or not.

const request = (state: OrderState, { lines, reason }: RequestReturnData): Decision<OrderEvent> =>
  refuseUnlessWithin(
    state,
    lines,
    (_line, counts) => counts.delivered - counts.returning - counts.returned,
    'sent back',
  ) ??
  accept({
    type: 'ReturnRequested',
    data: { returnId: `return-${state.returns.length + 1}`, lines, reason },
  });

const resolve = (state: OrderState, data: ResolveReturnData, context: OrderContext): Decision<OrderEvent> => {
  const { returnId, accepted, reason } = data;
  const found = state.returns.find((one) => one.returnId === returnId);
  if (!found) return refuseContent('unknown-return', `the order has no return ${returnId}`, '/returnId');
  if (found.status !== 'open')
    return refuseState('return-resolved', `${returnId} is ${found.status} already`);
  const { lines } = found;
  const amount = accepted ? shareOf(state, lines) : 0;
  const last = state.returns.every((one) => one === found || one.status !== 'open');
  return accept(
    { type: 'ReturnResolved', data: { returnId, accepted, lines, amount, reason, last } },
    ...giveBack(state, amount, context),
  );
};

export const returningCommands: CommandRules<'RequestReturn' | 'ResolveReturn'> = {
  RequestReturn: { emits: ['ReturnRequested'], gate: ['ReturnRequested'], mayRefuse: true, decide: request },
  ResolveReturn: {
    emits: ['ReturnResolved', 'RefundDue', 'PaymentVoided', 'BillVoided'],
    gate: ['ReturnResolved', 'ReturnResolved:last'],
    mayRefuse: true,
    decide: resolve,
  },
};

export const returningEvents: EventFolds<'ReturnRequested' | 'ReturnResolved'> = {
  ReturnRequested: (state, { returnId, lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      returning: counts.returning + quantity,
    })),
    returns: [...state.returns, { returnId, lines, status: 'open' }],
  }),
  ReturnResolved: (state, { returnId, accepted, lines, amount }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      returning: counts.returning - quantity,
      returned: counts.returned + (accepted ? quantity : 0),
    })),
    returns: state.returns.map((one) =>
      one.returnId === returnId ? { returnId, lines, status: accepted ? 'accepted' : 'declined' } : one,
    ),
    money: reducedBy(state, amount),
  }),
};
