import { fulfilmentKeyOf } from '../fulfilment/fulfilment-key.ts';
import type { LineQuantity, PlacedLine } from '../messages/generated/types.ts';
import { everyLine, toShip } from './lines.ts';
import { unitsInUnsent } from './parts.ts';
import type { LineCounts, OrderState } from './state.ts';

// What of an order can leave, and from where: the units that one parcel may take along.

/** Units of an order that are at one place and could leave it now. */
export type Leaving = {
  /** `null`: stock is not counted, so they are wherever the tenant has its goods. */
  readonly location: string | null;
  readonly lines: readonly LineQuantity[];
  /** The part that they are; `null`: no warehouse was asked for them. */
  readonly fulfilmentId: string | null;
};

/** Units that stock holds, or does not count, that nobody misses, and that are in no part. */
const free = (state: OrderState, line: PlacedLine, counts: LineCounts): number =>
  (line.location === null ? toShip(line, counts) - counts.short : counts.reserved) -
  unitsInUnsent(state, line.lineId);

const outsideParts = (state: OrderState): readonly Leaving[] => {
  const byLocation = new Map<string | null, LineQuantity[]>();
  const units = new Map(
    everyLine(state, (line, counts) => free(state, line, counts)).map((one) => [one.lineId, one]),
  );
  for (const { lineId, location } of state.placed.lines) {
    const one = units.get(lineId);
    if (one === undefined) continue;
    const there = byLocation.get(location);
    if (there) there.push(one);
    else byLocation.set(location, [one]);
  }
  return [...byLocation].map(([location, lines]) => ({ location, lines, fulfilmentId: null }));
};

/** What of an order could leave, by the place that it is at. Whether it may is said by the order's lifecycle. */
export const leavingOf = (state: OrderState, orderId: string): readonly Leaving[] => [
  ...state.parts.flatMap(({ location, lines, shipped }, index) =>
    shipped || lines.length === 0
      ? []
      : [{ location, lines, fulfilmentId: fulfilmentKeyOf(orderId, index + 1) }],
  ),
  ...outsideParts(state),
];
