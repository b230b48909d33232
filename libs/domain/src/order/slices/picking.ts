import { accept, type Decision } from '@orderloom/decider';
import type { OrderEvent, PickLinesData } from '../../messages/generated/order.ts';
import type { LineQuantity, PlacedLine } from '../../messages/generated/types.ts';
import { changedLines, namedLines, refuseUnlessWithin, toPick, toShip } from '../lines.ts';
import { refuseInParts } from '../parts.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { LineCounts, OrderState } from '../state.ts';
import { refuseUnlessReserved } from './reserving.ts';

// The warehouse takes units from the shelf, finds some missing, and orders those again.

type Named = { readonly lines: readonly LineQuantity[] };

const pick = (state: OrderState, { lines }: PickLinesData): Decision<OrderEvent> =>
  refuseInParts(state, lines) ??
  refuseUnlessWithin(state, lines, toPick, 'picked') ??
  refuseUnlessReserved(state, lines, (counts) => counts.picked - counts.shipped) ??
  accept({ type: 'LinesPicked', data: { lines } });

const miss = (state: OrderState, { lines }: Named): Decision<OrderEvent> =>
  refuseUnlessWithin(state, lines, toPick, 'missing') ??
  accept({ type: 'ShortageReported', data: { lines } });

/** Of the units ordered again, those that stock neither holds nor is asked for. */
const toReserve = (line: PlacedLine, counts: LineCounts, quantity: number): number =>
  line.location === null ? 0 : Math.min(quantity, toShip(line, counts) - counts.reserved - counts.asked);

const reorder = (state: OrderState, { lines }: Named): Decision<OrderEvent> => {
  const refusal = refuseUnlessWithin(state, lines, (_line, counts) => counts.short, 'ordered again');
  if (refusal) return refusal;
  const reserve = namedLines(state, lines)
    .map(({ line, counts, quantity }) => ({
      lineId: line.lineId,
      quantity: toReserve(line, counts, quantity),
    }))
    .filter(({ quantity }) => quantity > 0);
  return accept({ type: 'LinesReordered', data: { lines, reserve } });
};

export const pickingCommands: CommandRules<'PickLines' | 'ReportShortage' | 'ReorderLines'> = {
  PickLines: { emits: ['LinesPicked'], gate: ['LinesPicked'], mayRefuse: true, decide: pick },
  ReportShortage: { emits: ['ShortageReported'], gate: ['ShortageReported'], mayRefuse: true, decide: miss },
  ReorderLines: { emits: ['LinesReordered'], gate: ['LinesReordered'], mayRefuse: true, decide: reorder },
};

const reordered = (state: OrderState, lines: readonly LineQuantity[]): OrderState => ({
  ...state,
  lines: changedLines(state, lines, (counts, quantity) => ({ ...counts, short: counts.short - quantity })),
});

export const pickingEvents: EventFolds<'LinesPicked' | 'ShortageReported' | 'LinesReordered'> = {
  LinesPicked: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      picked: counts.picked + quantity,
    })),
  }),
  ShortageReported: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({ ...counts, short: counts.short + quantity })),
  }),
  LinesReordered: (state, { lines, reserve }) => ({
    lines: changedLines(reordered(state, lines), reserve, (counts, quantity) => ({
      ...counts,
      asked: counts.asked + quantity,
    })),
  }),
};
