import { refuseState, type Decision } from '@orderloom/decider';
import { fulfilmentKeyOf } from '../fulfilment/fulfilment-key.ts';
import type { OrderEvent } from '../messages/generated/order.ts';
import type { LineQuantity, PlacedLine } from '../messages/generated/types.ts';
import { sourcingOf } from '../tenant/sourcing.ts';
import type { TenantState } from '../tenant/state.ts';
import { everyLine, namedLines, toShip, wanted } from './lines.ts';
import type { LineCounts, OrderState, Part } from './state.ts';

// The parts of an order that warehouses were asked for: which units are in one, and which are still to be asked for.

/** Units of a line in those parts. */
const unitsIn = (parts: readonly Part[], lineId: string): number =>
  parts.reduce((sum, { lines }) => sum + (lines.find((one) => one.lineId === lineId)?.quantity ?? 0), 0);

const unsent = (state: OrderState): readonly Part[] => state.parts.filter(({ shipped }) => !shipped);

/** Units of a line in parts that have not left. */
export const unitsInUnsent = (state: OrderState, lineId: string): number => unitsIn(unsent(state), lineId);

/** Units that are to be shipped and in no part. */
const outside = (state: OrderState, line: PlacedLine, counts: LineCounts): number =>
  toShip(line, counts) - unitsInUnsent(state, line.lineId);

/** Refuses to touch units behind the back of the warehouse that was asked for them. */
export const refuseInParts = (
  state: OrderState,
  named: readonly LineQuantity[],
): Decision<never> | undefined => {
  if (state.parts.length === 0) return undefined;
  for (const { line, counts, quantity } of namedLines(state, named))
    if (quantity > outside(state, line, counts))
      return refuseState(
        'in-fulfilment',
        `units of line ${line.lineId} are in a fulfilment of the order; say it to that one`,
      );
  return undefined;
};

/** Units that a warehouse can be asked for: stock holds them, or does not count them, and they are in no part. */
const ready = (state: OrderState, line: PlacedLine, counts: LineCounts): number => {
  const there =
    line.location === null ? wanted(line, counts) - counts.short : counts.reserved + counts.shipped;
  return there - unitsIn(state.parts, line.lineId);
};

const warehouseOf = ({ location, sku }: PlacedLine, global: TenantState): string =>
  location ?? sourcingOf(global, sku).locations[0] ?? global.policy.location;

/** A warehouse is asked for the next part of an order, `further` parts behind those that there are. */
export const requestOf = (
  state: OrderState,
  orderId: string,
  { location, lines, further = 0 }: Pick<Part, 'location' | 'lines'> & { readonly further?: number },
): OrderEvent => ({
  type: 'FulfilmentRequested',
  data: {
    fulfilmentId: fulfilmentKeyOf(orderId, state.parts.length + 1 + further),
    ...{ attempt: 1, location, lines },
  },
});

/** Each warehouse is asked for what it can send by now, in the order of their first lines. */
export const partsRequested = (
  state: OrderState,
  orderId: string,
  global: TenantState,
): readonly OrderEvent[] => {
  const byWarehouse = new Map<string, LineQuantity[]>();
  const lines = everyLine(state, (line, counts) => ready(state, line, counts));
  for (const { line, quantity } of namedLines(state, lines)) {
    const location = warehouseOf(line, global);
    const asked = byWarehouse.get(location) ?? [];
    asked.push({ lineId: line.lineId, quantity });
    byWarehouse.set(location, asked);
  }
  return [...byWarehouse].map(([location, asked], further) =>
    requestOf(state, orderId, { location, lines: asked, further }),
  );
};

/** The parts without units that have left with them and are to leave once more: those of the first parts first. */
export const partsWithout = (parts: readonly Part[], back: readonly LineQuantity[]): readonly Part[] => {
  const left = new Map(back.map(({ lineId, quantity }) => [lineId, quantity]));
  return parts.map((part) => {
    if (!part.shipped) return part;
    const lines = part.lines.flatMap(({ lineId, quantity }) => {
      const taken = Math.min(quantity, left.get(lineId) ?? 0);
      left.set(lineId, (left.get(lineId) ?? 0) - taken);
      return taken < quantity ? [{ lineId, quantity: quantity - taken }] : [];
    });
    return { ...part, lines };
  });
};

export type Why = 'cancelled' | 'replaced';

export const reduction = (fulfilmentId: string, lines: readonly LineQuantity[], why: Why): OrderEvent => ({
  type: 'FulfilmentReduced',
  data: { fulfilmentId, lines, why },
});

const NONE: readonly OrderEvent[] = [];

/**
 * What warehouses hear of units that are cancelled: units that nobody was asked for go first, then those of the parts that
 * were asked for last.
 */
export const partsReduced = (
  state: OrderState,
  orderId: string,
  cancelled: readonly LineQuantity[],
): readonly OrderEvent[] => {
  if (state.parts.length === 0) return NONE;
  const left = new Map<string, number>();
  for (const { line, counts, quantity } of namedLines(state, cancelled))
    left.set(line.lineId, quantity - Math.max(0, outside(state, line, counts)));
  const events: OrderEvent[] = [];
  for (let index = state.parts.length - 1; index >= 0; index--) {
    const part = state.parts[index];
    if (!part || part.shipped) continue;
    const taken: LineQuantity[] = [];
    for (const { lineId, quantity } of part.lines) {
      const units = Math.min(quantity, left.get(lineId) ?? 0);
      if (units <= 0) continue;
      taken.push({ lineId, quantity: units });
      left.set(lineId, (left.get(lineId) ?? 0) - units);
    }
    if (taken.length > 0) events.push(reduction(fulfilmentKeyOf(orderId, index + 1), taken, 'cancelled'));
  }
  return events;
};

/** What they hear where nothing of the order is wanted any more. */
export const allPartsReduced = (state: OrderState, orderId: string): readonly OrderEvent[] =>
  state.parts.length === 0 ? NONE : partsReduced(state, orderId, everyLine(state, toShip));
