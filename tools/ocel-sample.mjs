// node tools/ocel-sample.mjs [--seed N] [--orders N] [--check] [FILE]
//
// Writes a small order log in OCEL 1.0 CSV form, the same for the same seed on every machine. The one in the tree,
// docs/tutorial/orders.ocel.csv, is made with the defaults; --check compares instead of writing.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '11' },
    orders: { type: 'string', default: '40' },
    check: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [file = join(root, 'docs/tutorial/orders.ocel.csv')] = positionals;

const HEADER =
  'ocel:eid,ocel:activity,ocel:timestamp,ocel:type:customers,ocel:type:items,ocel:type:orders,' +
  'ocel:type:packages,ocel:type:products,weight,price';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2025, 2, 3, 8);
const SHIPPING = 450;

/** Price in cents, weight in grams. */
const GOODS = [
  { price: 1290, weight: 120 },
  { price: 3450, weight: 900 },
  { price: 6900, weight: 1450 },
  { price: 749, weight: 60 },
  { price: 1690, weight: 310 },
  { price: 5995, weight: 1120 },
];

/** Source: Mulberry32, Tommy Ettinger (public domain). */
function seeded(seed) {
  let state = seed | 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    between: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    chance: (percent) => fraction() * 100 < percent,
  };
}

const sum = (items, field) => items.reduce((total, item) => total + item[field], 0);
const list = (ids) => {
  const text = `[${ids.map((id) => `'${id}'`).join(',')}]`;
  return ids.length > 1 ? `"${text}"` : text;
};
const blank = (ids) => (ids === undefined ? ' ' : list(ids));

/** An order's way as far as it is the order's own: placed, picked with hitches, confirmed, reminded, paid. */
function orderEvents(random, number, at, events) {
  const order = String(9001 + number);
  const items = Array.from({ length: random.between(1, 4) }, (_, index) => ({
    id: String(100 * (number + 10) + index),
    ...GOODS[random.between(0, GOODS.length - 1)],
  }));
  const whole = { weight: sum(items, 'weight'), price: sum(items, 'price') + SHIPPING };
  const confirmedAt = at + random.between(1, 30) * HOUR;
  events.push({ at, activity: 'place order', items: items.map(({ id }) => id), orders: [order], ...whole });
  events.push({ at: confirmedAt, activity: 'confirm order', orders: [order], ...whole });
  const picked = items.map((item) => ({ item, at: pickItem(random, item, at, events) }));
  const after = Math.max(confirmedAt, ...picked.map((one) => one.at));
  payOrder(random, { order, after, whole }, events);
  return picked;
}

function pickItem(random, item, placedAt, events) {
  const { id, weight, price } = item;
  const one = { items: [id], weight, price };
  let at = placedAt + random.between(20, 40 * 60) * MINUTE;
  if (random.chance(20)) {
    events.push({ at, activity: 'item out of stock', ...one });
    at += random.between(2, 30) * HOUR;
    events.push({ at, activity: 'reorder item', ...one });
    at += random.between(12, 72) * HOUR;
  }
  events.push({ at, activity: 'pick item', ...one });
  return at;
}

function payOrder(random, { order, after, whole }, events) {
  let at = after + random.between(1, 12) * DAY;
  if (random.chance(20)) {
    events.push({ at, activity: 'payment reminder', orders: [order], ...whole });
    at += random.between(1, 5) * DAY;
  }
  if (!random.chance(15)) events.push({ at, activity: 'pay order', orders: [order], ...whole });
}

/** Packs picked items in order of time, whoever's they are; the last package stays in the house. */
function packageEvents(random, picked, events) {
  const waiting = [...picked].sort((a, b) => a.at - b.at);
  for (let number = 0; waiting.length > 0; number++) {
    const batch = waiting.splice(0, random.between(3, 9));
    const items = batch.map(({ item }) => item);
    const about = {
      packages: [String(7001 + number)],
      weight: sum(items, 'weight'),
      price: sum(items, 'price'),
    };
    let at = Math.max(...batch.map((one) => one.at)) + random.between(5, 120) * MINUTE;
    events.push({ at, activity: 'create package', items: items.map(({ id }) => id), ...about });
    if (waiting.length === 0) return;
    at += random.between(1, 20) * HOUR;
    events.push({ at, activity: 'send package', ...about });
    at += random.between(1, 20) * HOUR;
    if (random.chance(25)) {
      events.push({ at, activity: 'failed delivery', ...about });
      at += random.between(20, 30) * HOUR;
    }
    events.push({ at, activity: 'package delivered', ...about });
  }
}

function log(seed, orders) {
  const random = seeded(seed);
  const events = [];
  const picked = [];
  let at = START;
  for (let number = 0; number < orders; number++) {
    picked.push(...orderEvents(random, number, at, events));
    at += random.between(10, 14 * 60) * MINUTE;
  }
  packageEvents(random, picked, events);
  const rows = events
    .map((event, index) => ({ ...event, index }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map((event, index) =>
      [
        `${index + 1}.0`,
        event.activity,
        new Date(event.at).toISOString().replace('T', ' '),
        ' ',
        blank(event.items),
        blank(event.orders),
        blank(event.packages),
        ' ',
        event.weight / 1000,
        (event.price / 100).toFixed(2),
      ].join(','),
    );
  return `${[HEADER, ...rows].join('\n')}\n`;
}

const text = log(Number(values.seed), Number(values.orders));
if (!values.check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is not what this program writes; run node tools/ocel-sample.mjs`);
  process.exitCode = 1;
}
