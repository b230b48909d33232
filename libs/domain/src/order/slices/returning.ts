import { accept, refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, RequestReturnData, ResolveReturnData } from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { giveBack, reducedBy, shareOf } from '../giving-back.ts';
import { changedLines, namedLines, refuseUnlessWithin } from '../lines.ts';
import { partsWithout } from '../parts.ts';
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

/** Orders whose lifecycle is older than exchanges have none. */
const refuseExchange = ({ may, lifecycle }: OrderContext): Decision<never> | undefined =>
  may('ReplacementDue')
    ? undefined
    : refuseState(
        'no-exchange',
        `${lifecycle?.definition.name ?? ''}@${lifecycle?.definition.version ?? 0}, which the order follows, sends nothing again`,
      );

/** What stock counts is asked for again; the rest is there. */
const sentAgain = (
  state: OrderState,
  returnId: string,
  lines: readonly LineQuantity[],
): readonly OrderEvent[] => {
  const counted = namedLines(state, lines)
    .filter(({ line }) => line.location !== null)
    .map(({ line: { lineId }, quantity }) => ({ lineId, quantity }));
  return [
    { type: 'ReplacementDue', data: { returnId, lines } },
    ...(counted.length > 0 ? [{ type: 'ReservationRequested', data: { lines: counted } } as const] : []),
  ];
};

/** Nothing of the return is taken back, or what the inspection has found good of it; without one, all of it. */
const resolve = (state: OrderState, data: ResolveReturnData, context: OrderContext): Decision<OrderEvent> =>
  withReturn(state, data.returnId, (found) => {
    const { returnId, accepted, exchange, reason } = data;
    const lines = accepted ? (found.accepted ?? found.lines) : found.lines;
    if (lines.length === 0)
      return refuseState('nothing-accepted', `nothing of ${returnId} was found good; it can be declined`);
    const exchanged = accepted && exchange;
    const amount = accepted && !exchanged ? shareOf(state, lines) : 0;
    const declined = without(found.lines, lines);
    const last = state.returns.every((one) => one === found || one.status !== 'open');
    const end = { returnId, accepted, lines, declined, amount, exchanged, reason, last };
    return (
      (accepted ? refuseUnlessBack(found) : undefined) ??
      (exchanged ? refuseExchange(context) : undefined) ??
      accept<OrderEvent>(
        { type: 'ReturnResolved', data: end },
        ...(exchanged ? sentAgain(state, returnId, lines) : giveBack(state, amount, context)),
      )
    );
  });

export const returningCommands: CommandRules<'RequestReturn' | 'ResolveReturn'> = {
  RequestReturn: { emits: ['ReturnRequested'], gate: ['ReturnRequested'], mayRefuse: true, decide: request },
  ResolveReturn: {
    emits: [
      ...(['ReturnResolved', 'RefundDue', 'PaymentVoided', 'BillVoided'] as const),
      ...(['ReplacementDue', 'ReservationRequested', 'FulfilmentRequested'] as const),
    ],
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

export const returningEvents: EventFolds<'ReturnRequested' | 'ReturnResolved' | 'ReplacementDue'> = {
  ReturnRequested: (state, { returnId, lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      returning: counts.returning + quantity,
    })),
    returns: [...state.returns, { returnId, lines, status: 'open' }],
  }),
  ReturnResolved: (state, { returnId, accepted, exchanged, lines, declined, amount }) => {
    const status = accepted ? 'accepted' : 'declined';
    const back = changedLines(state, lines, (counts, quantity) => ({
      ...stillThere(counts, quantity),
      returned: counts.returned + (accepted && !exchanged ? quantity : 0),
    }));
    return {
      lines: changedLines({ ...state, lines: back }, declined, stillThere),
      returns: state.returns.map((one) =>
        one.returnId === returnId ? { returnId, lines, status, ...(exchanged && { exchanged }) } : one,
      ),
      money: reducedBy(state, amount),
    };
  },
  ReplacementDue: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      picked: counts.picked - quantity,
      shipped: counts.shipped - quantity,
      delivered: counts.delivered - quantity,
    })),
    ...(state.parts.length > 0 && { parts: partsWithout(state.parts, lines) }),
  }),
};
