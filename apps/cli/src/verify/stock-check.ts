import { stockKeyOf, type OrderState, type StockState } from '@orderloom/domain';
import type { Check, OnItsWay, Seen, Violation } from './check.ts';
import type { Settling } from './settling.ts';

/** What two streams say of the pieces that one of them holds for a line of the other. */
type Holding = {
  readonly stock: string;
  readonly order: string;
  readonly lineId: string;
  heldByStock: number;
  heldByOrder: number;
};

const unsound = (stock: StockState): readonly string[] => {
  const { received, adjusted, available, held, shipped } = stock;
  const problems = Object.entries({ available, held, shipped }).flatMap(([name, pieces]) =>
    pieces < 0 ? [`${pieces} pieces are ${name}`] : [],
  );
  if (received + adjusted !== available + held + shipped)
    problems.push(`${received + adjusted} pieces came, ${available + held + shipped} are accounted for`);
  return problems;
};

/** What each of these events says. */
type OfLine = { readonly orderId: string; readonly lineId: string; readonly quantity: number };

/** Pieces that an event of a stock moves out of what is held, or into it. */
const SIGN: Readonly<Record<string, 1 | -1>> = { StockReserved: 1, StockConfirmed: -1, StockReleased: -1 };

/** The lines that anything is held for at present: what both have let go of is not remembered. */
class Holdings {
  readonly #open = new Map<string, Holding>();

  add(
    names: Pick<Holding, 'stock' | 'order' | 'lineId'>,
    side: 'heldByStock' | 'heldByOrder',
    pieces: number,
  ): void {
    if (pieces === 0) return;
    const key = `${names.stock}\0${names.order}\0${names.lineId}`;
    const holding = this.#open.get(key) ?? { ...names, heldByStock: 0, heldByOrder: 0 };
    holding[side] += pieces;
    if (holding.heldByStock === 0 && holding.heldByOrder === 0) this.#open.delete(key);
    else this.#open.set(key, holding);
  }

  /** Those on which the two differ, by stock, order and line. */
  differing(): readonly Holding[] {
    return [...this.#open]
      .filter(([, { heldByStock, heldByOrder }]) => heldByStock !== heldByOrder)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, holding]) => holding);
  }
}

/**
 * No piece comes from nowhere, and at the end a stock holds for each line what its order says, wherever the two are kept: what
 * may be on its way between them is told apart from what is lost. Memory: O(streams + lines that something is held for).
 */
export const stockCheck = ({ isOwed }: Pick<Settling, 'isOwed'>): Check => {
  const orders = new Map<string, OrderState>();
  const versions = new Map<string, number>();
  /** Order -> when it, or a stock about it, has last said something. */
  const heardAt = new Map<string, number>();
  const holdings = new Holdings();

  const hear = (order: string, { recordedAt }: Seen['event']): void =>
    void heardAt.set(order, Math.max(recordedAt, heardAt.get(order) ?? 0));
  const byOrder = (tenant: string, order: string, state: OrderState, sign: 1 | -1): void => {
    for (const [index, { lineId, sku, location }] of state.placed.lines.entries())
      if (location !== null) {
        const stock = `${tenant}/stock/${stockKeyOf(sku, location)}`;
        holdings.add({ stock, order, lineId }, 'heldByOrder', sign * (state.lines[index]?.reserved ?? 0));
      }
  };
  const onStock = ({ event, id, state }: Seen): readonly string[] => {
    versions.set(id, event.version);
    const sign = SIGN[event.type];
    if (sign !== undefined) {
      const { orderId, lineId, quantity } = event.data as OfLine;
      const order = `${event.stream.tenant}/order/${orderId}`;
      holdings.add({ stock: id, order, lineId }, 'heldByStock', sign * quantity);
      hear(order, event);
    }
    return unsound(state as StockState);
  };
  const onOrder = ({ event, id, state }: Seen): readonly string[] => {
    const before = orders.get(id);
    if (before) byOrder(event.stream.tenant, id, before, -1);
    byOrder(event.stream.tenant, id, state as OrderState, 1);
    orders.set(id, state as OrderState);
    hear(id, event);
    return [];
  };
  const differing = ({ stock, order, lineId, heldByStock, heldByOrder }: Holding): Violation | OnItsWay => {
    if (!isOwed([stock, order], heardAt.get(order) ?? 0)) return 'on its way';
    const problem = `the stock holds ${heldByStock} pieces for line ${lineId} of ${order}, the order holds ${heldByOrder}`;
    return { stream: stock, version: versions.get(stock) ?? 0, problem };
  };
  return {
    onEvent: (seen) => {
      if (seen.state === undefined) return [];
      const { type } = seen.event.stream;
      return type === 'stock' ? onStock(seen) : type === 'order' ? onOrder(seen) : [];
    },
    atEnd: () => holdings.differing().map(differing),
  };
};
