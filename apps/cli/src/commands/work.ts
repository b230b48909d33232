import type { Command } from 'commander';
import type { Json } from '../connection/api.ts';
import { columns } from '../terminal.ts';
import { asking, get, post } from './asking.ts';
import { type CommonOptions, engineCommand, groupCommand } from './options.ts';
import { commandLines, moneyText } from './show-result.ts';
import { streamAddress } from './streams.ts';

type ListOptions = CommonOptions & Partial<Readonly<Record<(typeof FILTERS)[number], string>>>;

/** Parameters of the list that are said by an option of the same name. */
const FILTERS = ['claim', 'actor', 'merchant', 'within', 'limit'] as const;

const claimText = (claim: unknown): string => {
  if (claim === null) return '-';
  const { by, until } = claim as Json;
  return `${String(by)} until ${String(until)}`;
};

/** Since when an order waits, or what is due and when. */
const whenText = ({ since, due, why }: Json): string =>
  typeof due === 'string' ? `${String(why)} ${due}` : `since ${String(since)}`;

const listLines = ({ orders, next, total, list: name }: Json): readonly string[] => {
  const found = orders as readonly Json[];
  if (found.length === 0) return [`Nothing is ${String(name)}.`];
  const counted = typeof total === 'number' ? String(total) : 'more than can be counted';
  return [
    ...columns(
      found.map((order) => [
        String(order['orderId']),
        whenText(order),
        moneyText(order),
        (order['merchantId'] as string | null) ?? '-',
        claimText(order['claim']),
      ]),
    ),
    ...(next === null ? [] : [`the first ${found.length} of ${counted}`]),
  ];
};

const list = async (name: string, options: ListOptions): Promise<void> => {
  // The total of a list comes with its facets.
  const query = new URLSearchParams({ list: name, facets: 'merchant' });
  for (const filter of FILTERS) {
    const value = options[filter];
    if (value !== undefined) query.set(filter, value);
  }
  await asking(options, (api) => get(api, `/v1/work?${query.toString()}`), listLines);
};

type MergeOptions = CommonOptions & { readonly merchant?: string; readonly buyer?: string };

const unitsText = (lines: unknown): string =>
  (lines as readonly Json[])
    .map(({ lineId, quantity }) => `${String(lineId)} x${String(quantity)}`)
    .join(', ');

const mergeLines = ({ merges, compared, next }: Json): readonly string[] => {
  const found = merges as readonly Json[];
  const among = `among the ${String(compared)} orders that wait longest`;
  if (found.length === 0)
    return [next === null ? 'Nothing can travel together.' : `Nothing can travel together ${among}.`];
  return [
    ...found.flatMap(({ location, orders }) => [
      `from ${(location as string | null) ?? 'anywhere'}`,
      ...columns(
        (orders as readonly Json[]).map((order) => [
          `  ${String(order['fulfilmentId'] ?? order['orderId'])}`,
          unitsText(order['lines']),
          whenText(order),
          (order['merchantId'] as string | null) ?? '-',
          claimText(order['claim']),
        ]),
      ),
    ]),
    ...(next === null ? [] : [among]),
  ];
};

const toMerge = async ({ merchant, buyer, ...options }: MergeOptions): Promise<void> => {
  const query = new URLSearchParams();
  if (merchant !== undefined) query.set('merchant', merchant);
  if (buyer !== undefined) query.set('buyer', buyer);
  await asking(options, (api) => get(api, `/v1/work/to-merge?${query.toString()}`), mergeLines);
};

type ActOptions = CommonOptions & { readonly actor: string; readonly minutes?: string };

const act = async (order: string, type: string, data: object, options: ActOptions): Promise<void> => {
  const { path, tenant } = streamAddress(order);
  const command = { type, data, actor: options.actor };
  await asking(
    { ...(tenant !== undefined && { tenant }), ...options },
    (api) => post(api, `${path}/commands`, command),
    commandLines,
  );
};

const claim = (name: string, order: string, options: ActOptions): Promise<void> => {
  const { minutes } = options;
  return act(
    order,
    'ClaimWork',
    { list: name, ...(minutes !== undefined && { minutes: Number(minutes) }) },
    options,
  );
};

const release = (name: string, order: string, options: ActOptions): Promise<void> =>
  act(order, 'ReleaseWork', { list: name }, options);

/** `orderloom work`. */
export const workCommand = (): Command => {
  const work = groupCommand({
    usage: 'work',
    summary: 'What is to be done: list it, claim an order, leave it to others',
    examples: ['work list to-ship --claim unclaimed', 'work claim to-ship ORDER-ID --actor ann'],
  });
  work.addCommand(
    engineCommand({
      usage: 'list <list>',
      summary:
        'List orders that are to-ship, to-refund, to-clarify, to-resolve, disputed or at-risk, the first thing first',
      examples: ['work list to-ship --merchant m-1', 'work list at-risk --within 240'],
    })
      .option('--claim <whose>', 'claimed, unclaimed, or mine with --actor')
      .option('--actor <name>', 'whose work, with --claim mine')
      .option('--merchant <id>', 'orders of this merchant')
      .option('--within <minutes>', 'how far ahead at-risk looks: 60 unless said')
      .option('--limit <orders>', 'how many are shown at most: 20 unless said, 200 at most')
      .action(list),
  );
  work.addCommand(
    engineCommand({
      usage: 'to-merge',
      summary: 'List orders that may travel in one parcel: from one place to one person at one address',
      examples: ['work to-merge --merchant m-1', 'work to-merge --buyer ann'],
    })
      .option('--merchant <id>', 'orders of this merchant')
      .option('--buyer <id>', 'orders of this buyer')
      .action(toMerge),
  );
  work.addCommand(
    engineCommand({
      usage: 'claim <list> <order>',
      summary: 'Have an order of a list for oneself, until an instant',
      examples: ['work claim to-ship ORDER-ID --actor ann --minutes 15'],
    })
      .requiredOption('--actor <name>', 'who works on it')
      .option('--minutes <minutes>', 'for how long: 30 unless said')
      .action(claim),
  );
  work.addCommand(
    engineCommand({
      usage: 'release <list> <order>',
      summary: 'Leave an order of a list to others',
      examples: ['work release to-ship ORDER-ID --actor ann'],
    })
      .requiredOption('--actor <name>', 'who has claimed it')
      .action(release),
  );
  return work;
};
