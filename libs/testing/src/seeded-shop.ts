import type { Command } from '@orderloom/decider';
import { random, type Random } from './random.ts';

/** One order of the simulated shop, as plain data. Amounts in minor units. */
export type ShopOrder = {
  /** 0, 1, 2 … in the order of placing. */
  readonly index: number;
  readonly buyerId: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly total: number;
};

export type ShopAct = 'place' | 'pay' | 'ship' | 'deliver' | 'cancel';

/** How the shop's acts are said as commands; the shop itself knows no stream type. */
export type ShopWords = Readonly<Record<ShopAct, (order: ShopOrder) => Command>>;

export type ShopStep = {
  readonly order: ShopOrder;
  readonly act: ShopAct;
  /** The caller's idempotency key. */
  readonly commandId: string;
  readonly command: Command;
  /** How often to send it: one in ten is sent twice. */
  readonly times: 1 | 2;
};

export type ShopOptions = {
  readonly seed: number;
  readonly orders: number;
  readonly words: ShopWords;
  /** Orders under way at the same time; 32 unless said. */
  readonly openAtOnce?: number;
  /** How many different articles are sold; 100 unless said. */
  readonly skus?: number;
};

/** What becomes of an order, and in how many of a hundred. */
const LIVES: readonly (readonly [number, readonly ShopAct[]])[] = [
  [78, ['place', 'pay', 'ship', 'deliver']],
  [10, ['place', 'cancel']],
  [5, ['place', 'pay', 'cancel']],
  [4, ['place', 'pay', 'ship']],
  [3, ['place']],
];

const lifeOf = (source: Random): readonly ShopAct[] => {
  let drawn = source.below(100);
  return (LIVES.find(([share]) => (drawn -= share) < 0) ?? LIVES[0])?.[1] ?? [];
};

const orderOf = (source: Random, index: number, skus: number): ShopOrder => {
  const lines = Array.from({ length: 1 + source.below(3) }, (_, line) => {
    const article = source.below(skus);
    return {
      lineId: `line-${String(line + 1)}`,
      sku: `SKU-${String(article)}`,
      quantity: 1 + source.below(4),
      unitPrice: 100 + ((article * 37) % 9_900),
    };
  });
  const total = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  return { index, buyerId: `buyer-${String(source.below(1 + Math.floor(index / 2)))}`, lines, total };
};

/**
 * A shop's commands, the same for the same seed on every machine: orders are placed, paid, shipped, delivered or
 * cancelled, many at a time. Steps of one order come in their order; send one when the one before it is answered.
 */
export function* seededShop(options: ShopOptions): Generator<ShopStep, void, undefined> {
  const { seed, orders, words, openAtOnce = 32, skus = 100 } = options;
  const source = random(seed);
  const open: { readonly order: ShopOrder; readonly life: readonly ShopAct[]; done: number }[] = [];
  for (let placed = 0; placed < orders || open.length > 0;) {
    if (placed < orders && (open.length === 0 || (open.length < openAtOnce && source.chance(0.5)))) {
      open.push({ order: orderOf(source, placed, skus), life: lifeOf(source), done: 0 });
      placed += 1;
    }
    const at = source.below(open.length);
    const chosen = open[at];
    const act = chosen?.life[chosen.done];
    if (chosen === undefined || act === undefined) continue;
    const { order } = chosen;
    const commandId = `shop-${String(seed)}-${String(order.index)}-${act}`;
    yield { order, act, commandId, command: words[act](order), times: source.chance(0.1) ? 2 : 1 };
    chosen.done += 1;
    if (chosen.done === chosen.life.length) open.splice(at, 1);
  }
}
