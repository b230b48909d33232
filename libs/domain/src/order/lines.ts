import { refuseContent, type Decision } from '@orderloom/decider';
import type { LineQuantity, PlacedLine } from '../messages/generated/types.ts';
import type { LineCounts, OrderState } from './state.ts';

/** One line as it was agreed, what became of it, and the units of it that a command or event names. */
export type NamedLine = { readonly line: PlacedLine; readonly counts: LineCounts; readonly quantity: number };

/** Lines are mostly named in their own order, so the same place is tried first. -1: no such line. */
const indexOf = (lines: readonly PlacedLine[], lineId: string, guess: number): number =>
  lines[guess]?.lineId === lineId ? guess : lines.findIndex((line) => line.lineId === lineId);

const at = (state: OrderState, index: number, quantity: number): NamedLine | undefined => {
  const line = state.placed.lines[index];
  const counts = state.lines[index];
  return line && counts && { line, counts, quantity };
};

/** The lines that are named, in the order in which they are named; unknown ones are left out. */
export const namedLines = (state: OrderState, named: readonly LineQuantity[]): readonly NamedLine[] => {
  const found: NamedLine[] = [];
  for (const [place, { lineId, quantity }] of named.entries()) {
    const one = at(state, indexOf(state.placed.lines, lineId, place), quantity);
    if (one) found.push(one);
  }
  return found;
};

/** Every line with all the units that `units` says. */
export const everyLine = (
  state: OrderState,
  units: (line: PlacedLine, counts: LineCounts) => number,
): readonly LineQuantity[] => {
  const named: LineQuantity[] = [];
  state.placed.lines.forEach((line, index) => {
    const counts = state.lines[index];
    const quantity = counts ? units(line, counts) : 0;
    if (quantity > 0) named.push({ lineId: line.lineId, quantity });
  });
  return named;
};

/** Units that are still wanted: ordered and not cancelled. */
export const wanted = (line: PlacedLine, counts: LineCounts): number => line.quantity - counts.cancelled;

/** Units that are still to be shipped. */
export const toShip = (line: PlacedLine, counts: LineCounts): number => wanted(line, counts) - counts.shipped;

/** Units that can be taken from the shelf: neither taken nor missing. */
export const toPick = (line: PlacedLine, counts: LineCounts): number =>
  wanted(line, counts) - counts.picked - counts.short;

/** Units of both, each line once; neither names a line twice. */
export const unitsTogether = (
  first: readonly LineQuantity[],
  second: readonly LineQuantity[],
): readonly LineQuantity[] => {
  const lines = [...first];
  for (const more of second) {
    const index = lines.findIndex(({ lineId }) => lineId === more.lineId);
    const line = lines[index];
    if (line) lines[index] = { lineId: line.lineId, quantity: line.quantity + more.quantity };
    else lines.push(more);
  }
  return lines;
};

type Limit = (line: PlacedLine, counts: LineCounts) => number;

/** Refuses where a line is unknown or more units of it are named than there are; `undefined`: nothing is wrong. */
export const refuseUnlessWithin = (
  state: OrderState,
  named: readonly LineQuantity[],
  limit: Limit,
  act: string,
): Decision<never> | undefined => {
  for (const [place, { lineId, quantity }] of named.entries()) {
    const one = at(state, indexOf(state.placed.lines, lineId, place), quantity);
    if (!one)
      return refuseContent('unknown-line', `the order has no line ${lineId}`, `/lines/${place}/lineId`);
    const most = limit(one.line, one.counts);
    if (quantity > most)
      return refuseContent(
        'quantity-exceeded',
        `${quantity} units of line ${lineId} cannot be ${act}; it is ${most} at most`,
        `/lines/${place}/quantity`,
      );
  }
  return undefined;
};

/** Replaces the counts of every line that is named. `change` must give a fresh object. */
export const changedLines = (
  state: OrderState,
  named: readonly LineQuantity[],
  change: (counts: LineCounts, quantity: number, line: PlacedLine) => LineCounts,
): readonly LineCounts[] => {
  const lines = state.lines.slice();
  for (const [place, { lineId, quantity }] of named.entries()) {
    const index = indexOf(state.placed.lines, lineId, place);
    const [line, counts] = [state.placed.lines[index], lines[index]];
    if (line && counts) lines[index] = change(counts, quantity, line);
  }
  return lines;
};
