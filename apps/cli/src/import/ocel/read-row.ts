import { nearestName } from '@orderloom/runtime';
import type { FileProblem } from '../mapping.ts';
import { ACTIVITIES, isActivity, misnamed } from './activities.ts';
import { objectList } from './object-list.ts';
import type { OcelRow } from './row.ts';

/** Columns that a file must have, in any order; others are left aside. */
export const COLUMNS = [
  'ocel:eid',
  'ocel:activity',
  'ocel:timestamp',
  'ocel:type:items',
  'ocel:type:orders',
  'ocel:type:packages',
  'weight',
  'price',
] as const;

export type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** Ids as streams and lines may be named. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;
/** Short enough that a command id made of it is an idempotency key. */
const EID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,63}$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;
const NUMBER = /^\d{1,12}(\.\d{1,20})?$/;
/** Lines of an order, contents of a parcel. */
const MOST_ITEMS = 500;

type Fault = Pick<FileProblem, 'code' | 'reason' | 'remedy'>;

const fault = (code: string, reason: string, remedy: string): Fault => ({ code, reason, remedy });

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'remedy' in value;

const instantOf = (text: string): number | Fault => {
  const match = INSTANT.exec(text.trim());
  const [, day = '', time = '', fraction = '', zone = 'Z'] = match ?? [];
  const at = match ? Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone}`) : NaN;
  const real = Number.isFinite(at) && at >= 0;
  return real
    ? at
    : fault('bad-timestamp', 'ocel:timestamp is no instant', 'write it like 2019-05-20 07:07:47.000Z (UTC)');
};

const scaled = (name: string, text: string, factor: number): number | null | Fault => {
  const said = text.trim();
  if (said === '') return null;
  if (!NUMBER.test(said))
    return fault('bad-number', `${name} is no plain decimal number`, 'write it like 524.96');
  return Math.round(Number(said) * factor);
};

const listOf = (column: string, text: string): readonly string[] | Fault => {
  const ids = objectList(text);
  if (!ids)
    return fault(
      'bad-list',
      `${column} is no list of ids`,
      "write it like ['880001','880002'], or leave it blank",
    );
  const odd = ids.findIndex((id) => !ID.test(id));
  if (odd >= 0)
    return fault(
      'bad-object-id',
      `the ${odd + 1}. id in ${column} cannot be an id`,
      'use letters, digits and . _ : @ / -, at most 128 of them, a letter or digit first',
    );
  return new Set(ids).size === ids.length
    ? ids
    : fault('repeated-object', `${column} names an object twice`, 'name each object once');
};

const unknownActivity = (activity: string): Fault => {
  const meant = nearestName(activity, Object.keys(ACTIVITIES));
  return fault(
    'unknown-activity',
    'ocel:activity is none that this mapping knows',
    meant === undefined ? `it knows ${Object.keys(ACTIVITIES).join(', ')}` : `did you mean "${meant}"?`,
  );
};

/** One row out of its cells, or the first thing that is wrong with it. */
export const readRow = (line: number, cells: Cells): OcelRow | Fault => {
  const id = cells['ocel:eid'].trim();
  if (!EID.test(id))
    return fault('bad-event-id', 'ocel:eid cannot be an id', 'give every event an id like 17');
  const activity = cells['ocel:activity'].trim();
  if (!isActivity(activity)) return unknownActivity(activity);
  const at = instantOf(cells['ocel:timestamp']);
  const orders = listOf('ocel:type:orders', cells['ocel:type:orders']);
  const items = listOf('ocel:type:items', cells['ocel:type:items']);
  const packages = listOf('ocel:type:packages', cells['ocel:type:packages']);
  const price = scaled('price', cells.price, 100);
  const weightGrams = scaled('weight', cells.weight, 1000);
  if (isFault(at)) return at;
  if (isFault(orders)) return orders;
  if (isFault(items)) return items;
  if (isFault(packages)) return packages;
  if (isFault(price)) return price;
  if (isFault(weightGrams)) return weightGrams;
  const wrong = misnamed(activity, { orders, items, packages });
  if (wrong !== undefined) return fault('wrong-objects', wrong, 'correct the lists of this row');
  if (items.length > MOST_ITEMS)
    return fault(
      'too-many-items',
      `the row names ${items.length} items`,
      `split it: ${MOST_ITEMS} is the most`,
    );
  if (activity === 'place order' && price === null)
    return fault('no-price', 'an order has no price', 'fill in the price column');
  return { id, line, at, activity, orders, items, packages, price, weightGrams };
};

/** Whether `readRow` gave a row. */
export const isRow = (read: OcelRow | Fault): read is OcelRow => !isFault(read);
