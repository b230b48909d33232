import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { Api, Json } from '../connection/api.ts';
import { columns, tinted } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { type CommonOptions, engineCommand } from './options.ts';
import { moneyText, statusText } from './show-result.ts';

type SearchOptions = CommonOptions & {
  readonly status?: string;
  readonly buyer?: string;
  readonly merchant?: string;
  readonly lifecycle?: string;
  readonly field?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly facets?: boolean;
  readonly limit: string;
};

/** Parameters of the list that are said by an option of the same name. */
const FILTERS = ['status', 'buyer', 'merchant', 'lifecycle', 'from', 'to'] as const;
const FACETS = 'status,lifecycle,merchant';
const LONGEST_PAGE = 200;
const MOST = 10_000;

const mostOf = ({ limit }: SearchOptions): number => {
  const most = /^\d{1,5}$/.test(limit) ? Number(limit) : NaN;
  if (most >= 1 && most <= MOST) return most;
  throw usageError(`--limit is no number from 1 to ${MOST}`, 'leave it out for the newest 20');
};

/** `costCentre=4711`. */
const fieldIn = (said: string): readonly [name: string, value: string] => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(said) ?? [];
  if (name === undefined || value === undefined)
    throw usageError(`--field ${said} is no field`, 'say its name and its text: --field costCentre=4711');
  return [name, value];
};

const queryOf = (words: readonly string[], options: SearchOptions): URLSearchParams => {
  const query = new URLSearchParams();
  if (words.length > 0) query.set('q', words.join(' '));
  for (const name of FILTERS) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  for (const [name, value] of (options.field ?? []).map(fieldIn)) query.set(`field.${name}`, value);
  return query;
};

/** Page by page, until there are as many as were asked for; the first one says how many there are in all. */
const find = async (api: Api, query: URLSearchParams, most: number, facets: boolean): Promise<Json> => {
  const page = async (limit: number, cursor: string | null): Promise<Json> => {
    query.set('limit', String(Math.min(LONGEST_PAGE, limit)));
    if (cursor !== null) query.set('cursor', cursor);
    if (facets && cursor === null) query.set('facets', FACETS);
    else query.delete('facets');
    return get(api, `/v1/orders?${query.toString()}`);
  };
  const first = await page(most, null);
  const orders = [...(first['orders'] as readonly Json[])];
  let next = first['next'] as string | null;
  while (next !== null && orders.length < most) {
    const more = await page(most - orders.length, next);
    orders.push(...(more['orders'] as readonly Json[]));
    next = more['next'] as string | null;
  }
  return { ...first, orders, next };
};

const orderLines = (orders: readonly Json[]): readonly string[] =>
  columns(
    orders.map((order) => [
      String(order['orderId']),
      String(order['placedAt']),
      moneyText(order),
      (order['buyerId'] as string | null) ?? '-',
      statusText(order['status']),
    ]),
  );

const facetLines = (facets: unknown): readonly string[] => {
  if (facets === undefined) return [];
  if (facets === null) return ['', 'too many orders to be counted: narrow the search'];
  return Object.entries(facets as Record<string, Record<string, number>>).flatMap(([kind, values]) => [
    '',
    tinted('bold', kind),
    ...columns(Object.entries(values).map(([value, orders]) => ['', value, String(orders)])),
  ]);
};

const linesOf = (body: Json): readonly string[] => {
  const orders = body['orders'] as readonly Json[];
  if (orders.length === 0) return ['No order found.'];
  const more = body['next'] === null ? [] : ['more are found: say --limit, or narrow the search'];
  return [...orderLines(orders), ...more, ...facetLines(body['facets'])];
};

const search = async (words: readonly string[], options: SearchOptions): Promise<void> => {
  const most = mostOf(options);
  const query = queryOf(words, options);
  await asking(options, (api) => find(api, query, most, options.facets === true), linesOf);
};

/** `orderloom search`. */
export const searchCommand = (): Command =>
  engineCommand({
    usage: 'search [words...]',
    summary: 'Find orders by ids, skus, parcels, payments or receiver; newest first',
    examples: [
      'search TEA-500 --status payment.paid,fulfilment.open',
      'search --buyer b-1 --from 2026-01-01T00:00:00Z --facets',
    ],
  })
    .option('--status <statuses>', 'region.status; several with commas between them')
    .option('--buyer <id>', 'orders of this buyer')
    .option('--merchant <id>', 'orders of this merchant')
    .option('--lifecycle <name>', 'orders that follow this lifecycle')
    .option('--field <name=text...>', 'orders whose field of their own has this text')
    .option('--from <instant>', 'placed then or later, RFC 3339')
    .option('--to <instant>', 'placed before then, RFC 3339')
    .option('--facets', 'count what is found by status, lifecycle and merchant')
    .option('--limit <orders>', 'how many are shown at most', '20')
    .action(search);
