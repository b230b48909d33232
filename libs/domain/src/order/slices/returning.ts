import { accept, refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, RequestReturnData, ResolveReturnData } from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { giveBack, reducedBy, shareOf } from '../giving-back.ts';
import { changedLines, refuseUnlessWithin } from '../lines.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { LineCounts, OrderState } from '../state.ts';
import { refuseUnlessBack, withReturn } from './return-stages.ts';

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

/** What is left of all units without some of them. */
const without = (all: readonly LineQuantity[], some: readonly LineQuantity[]): readonly LineQuantity[] =>
  all.flatMap(({ lineId, quantity }) => {
    const left = quantity - (some.find((one) => one.lineId === lineId)?.quantity ?? 0);
    return left > 0 ? [{ lineId, quantity: left }] : [];
  });

/** Nothing of the return is taken back, or what the inspection has found good of it; without one, all of it. */
const resolve = (state: OrderState, data: ResolveReturnData, context: OrderContext): Decision<OrderEvent> =>
  withReturn(state, data.returnId, (found) => {
    const { returnId, accepted, reason } = data;
    const lines = accepted ? (found.accepted ?? found.lines) : found.lines;
    if (lines.length === 0)
      return refuseState('nothing-accepted', `nothing of ${returnId} was found good; it can be declined`);
    const amount = accepted ? shareOf(state, lines) : 0;
    const declined = without(found.lines, lines);
    const last = state.returns.every((one) => one === found || one.status !== 'open');
    return (
      (accepted ? refuseUnlessBack(found) : undefined) ??
      accept(
        { type: 'ReturnResolved', data: { returnId, accepted, lines, declined, amount, reason, last } },
        ...giveBack(state, amount, context),
      )
    );
  });

export const returningCommands: CommandRules<'RequestReturn' | 'ResolveReturn'> = {
  RequestReturn: { emits: ['ReturnRequested'], gate: ['ReturnRequested'], mayRefuse: true, decide: request },
  ResolveReturn: {
    emits: ['ReturnResolved', 'RefundDue', 'PaymentVoided', 'BillVoided'],
    gate: ['ReturnResolved', 'ReturnResolved:last'],
    mayRefuse: true,
    decide: resolve,
  },
};

/** Units that were on their way back are that no more. */
const stillThere = (counts: LineCounts, quantity: number): LineCounts => ({
  ...counts,
  returning: counts.returning - quantity,
});

export const returningEvents: EventFolds<'ReturnRequested' | 'ReturnResolved'> = {
  ReturnRequested: (state, { returnId, lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      returning: counts.returning + quantity,
    })),
    returns: [...state.returns, { returnId, lines, status: 'open' }],
  }),
  ReturnResolved: (state, { returnId, accepted, lines, declined, amount }) => {
    const status = accepted ? 'accepted' : 'declined';
    const back = changedLines(state, lines, (counts, quantity) => ({
      ...stillThere(counts, quantity),
      returned: counts.returned + (accepted ? quantity : 0),
    }));
    return {
      lines: changedLines({ ...state, lines: back }, declined, stillThere),
      returns: state.returns.map((one) => (one.returnId === returnId ? { returnId, lines, status } : one)),
      money: reducedBy(state, amount),
    };
  },
};
