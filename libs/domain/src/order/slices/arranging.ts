import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import { linesWithout } from '../../fulfilment/evolve.ts';
import type {
  OrderEvent,
  RecordFulfilmentMovedData,
  RecordFulfilmentsMergedData,
  RecordFulfilmentSplitData,
} from '../../messages/generated/order.ts';
import type { LineQuantity, RelocatedLine } from '../../messages/generated/types.ts';
import { namedLines, unitsTogether } from '../lines.ts';
import { reduction, requestOf } from '../parts.ts';
import type { CommandRules, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { noSuchPart, partNamed } from './fulfilling.ts';

// Parts of an order are sent in another way: in two, from elsewhere, or together. What was asked for is taken back and asked
// for anew under other names, so that no warehouse has to guess what has become of a name that it knows.

/** An order whose parts are arranged anew without end is a program that has lost its way. */
const MOST_PARTS = 200;

/** Why the units named cannot be sent in another way; `undefined`: they can. */
const settledBy = (state: OrderState, lines: readonly LineQuantity[]): Decision<never> | undefined => {
  if (state.parts.length >= MOST_PARTS)
    return refuseState('too-many-fulfilments', `an order has ${MOST_PARTS} fulfilments at most`);
  const onTheWay = namedLines(state, lines).find(({ counts }) => counts.picked > counts.shipped);
  return (
    onTheWay &&
    refuseState(
      'already-picked',
      `units of line ${onTheWay.line.lineId} are off the shelf; they go as they are`,
    )
  );
};

const split = (
  state: OrderState,
  { fulfilmentId, lines }: RecordFulfilmentSplitData,
  { stream }: OrderContext,
): Decision<OrderEvent> => {
  const part = partNamed(state, { fulfilmentId });
  if (!part) return noSuchPart({ fulfilmentId });
  for (const [index, { lineId, quantity }] of lines.entries()) {
    const most = part.lines.find((one) => one.lineId === lineId)?.quantity ?? 0;
    if (quantity > most)
      return refuseContent(
        'quantity-exceeded',
        `the fulfilment has ${most} units of line ${lineId}`,
        `/lines/${index}/quantity`,
      );
  }
  const rest = linesWithout(part.lines, lines);
  if (rest.length === 0)
    return refuseContent('nothing-left', 'nothing would be left of the fulfilment', '/lines');
  const { location } = part;
  return (
    settledBy(state, part.lines) ??
    accept<OrderEvent>(
      reduction(fulfilmentId, part.lines, 'replaced'),
      requestOf(state, stream.key, { location, lines: rest }),
      requestOf(state, stream.key, { location, lines, further: 1 }),
    )
  );
};

/** Lines that stock holds move as a whole: a line has one location. */
const heldElsewhere = (state: OrderState, lines: readonly LineQuantity[]): Decision<never> | undefined => {
  const torn = namedLines(state, lines).find(
    ({ line, counts, quantity }) =>
      line.location !== null &&
      (counts.reserved !== quantity || counts.asked + counts.short + counts.shipped > 0),
  );
  return (
    torn &&
    refuseState('line-not-whole', `line ${torn.line.lineId} has units elsewhere; it moves as a whole or not`)
  );
};

const move = (
  state: OrderState,
  { fulfilmentId, location }: RecordFulfilmentMovedData,
  { stream }: OrderContext,
): Decision<OrderEvent> => {
  const part = partNamed(state, { fulfilmentId });
  if (!part) return noSuchPart({ fulfilmentId });
  if (part.location === location)
    return refuseContent('same-location', `it is at ${location} already`, '/location');
  const refusal = settledBy(state, part.lines) ?? heldElsewhere(state, part.lines);
  if (refusal) return refusal;
  const held: RelocatedLine[] = [];
  const uncounted: LineQuantity[] = [];
  for (const { line, quantity } of namedLines(state, part.lines)) {
    const { lineId, location: from } = line;
    if (from === null) uncounted.push({ lineId, quantity });
    else held.push({ lineId, quantity, location, from, released: quantity });
  }
  const events: OrderEvent[] = [reduction(fulfilmentId, part.lines, 'replaced')];
  // What stock holds is asked of the other location first; its warehouse is asked when that has it.
  if (held.length > 0) events.push({ type: 'LinesRelocated', data: { lines: held } });
  if (uncounted.length > 0) events.push(requestOf(state, stream.key, { location, lines: uncounted }));
  return accept(...events);
};

const merge = (
  state: OrderState,
  { fulfilmentId, other }: RecordFulfilmentsMergedData,
  { stream }: OrderContext,
): Decision<OrderEvent> => {
  const part = partNamed(state, { fulfilmentId });
  const second = other.startsWith(`${stream.key}.`) ? partNamed(state, { fulfilmentId: other }) : undefined;
  if (!part) return noSuchPart({ fulfilmentId });
  if (!second || second === part) return noSuchPart({ fulfilmentId: other });
  const { location } = part;
  if (second.location !== location)
    return refuseContent('other-location', `it is at ${second.location}, not at ${location}`, '/other');
  const lines = unitsTogether(part.lines, second.lines);
  return (
    settledBy(state, lines) ??
    accept<OrderEvent>(
      reduction(fulfilmentId, part.lines, 'replaced'),
      reduction(other, second.lines, 'replaced'),
      requestOf(state, stream.key, { location, lines }),
    )
  );
};

export const arrangingCommands: CommandRules<
  'RecordFulfilmentSplit' | 'RecordFulfilmentMoved' | 'RecordFulfilmentsMerged'
> = {
  RecordFulfilmentSplit: {
    ...{ emits: ['FulfilmentReduced', 'FulfilmentRequested'], gate: [], mayRefuse: true, internal: true },
    decide: split,
  },
  RecordFulfilmentMoved: {
    emits: ['FulfilmentReduced', 'LinesRelocated', 'FulfilmentRequested'],
    ...{ gate: [], mayRefuse: true, internal: true, decide: move },
  },
  RecordFulfilmentsMerged: {
    ...{ emits: ['FulfilmentReduced', 'FulfilmentRequested'], gate: [], mayRefuse: true, internal: true },
    decide: merge,
  },
};
