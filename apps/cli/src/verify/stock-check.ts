import type { OrderState, StockState } from '@orderloom/domain';
import type { Check, Violation } from './check.ts';

type Held = Map<string, number>;

const add = (held: Held, place: string, pieces: number): void =>
  void held.set(place, (held.get(place) ?? 0) + pieces);

/** What an order holds: place of the stock -> pieces. */
const heldBy = (tenant: string, { placed, lines }: OrderState, held: Held, sign: 1 | -1): void => {
  for (const [index, { sku, location }] of placed.lines.entries())
    if (location !== null)
      add(held, `${tenant}/stock/${sku}@${location}`, sign * (lines[index]?.reserved ?? 0));
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

/** No piece comes from nowhere, and at the end of the log the stock holds what the orders hold, per sku. */
export const stockCheck = (): Check => {
  const orders = new Map<string, OrderState>();
  const stocks = new Map<string, { readonly version: number; readonly held: number }>();
  const held: Held = new Map();
  return {
    onEvent: ({ event, id, state }) => {
      const { tenant, type } = event.stream;
      if (type === 'stock' && state !== undefined) {
        stocks.set(id, { version: event.version, held: (state as StockState).held });
        return unsound(state as StockState);
      }
      if (type !== 'order' || state === undefined) return [];
      const before = orders.get(id);
      if (before) heldBy(tenant, before, held, -1);
      heldBy(tenant, state as OrderState, held, 1);
      orders.set(id, state as OrderState);
      return [];
    },
    atEnd: () => {
      const places = new Set([...held.keys(), ...stocks.keys()]);
      return [...places].sort().flatMap((place): readonly Violation[] => {
        const stock = stocks.get(place) ?? { version: 0, held: 0 };
        const byOrders = held.get(place) ?? 0;
        if (stock.held === byOrders) return [];
        const problem = `the stock holds ${stock.held} pieces, its orders hold ${byOrders}`;
        return [{ stream: place, version: stock.version, problem }];
      });
    },
  };
};
