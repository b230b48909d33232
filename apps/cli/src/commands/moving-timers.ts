import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { Api, Json } from '../connection/api.ts';
import { pagesOf } from '../connection/pages.ts';
import { tellOrders, type ToldResult } from '../connection/tell-orders.ts';
import { asking } from './asking.ts';
import { instantOf } from './instant-of.ts';
import { type CommonOptions, engineCommand } from './options.ts';

type MoveOptions = CommonOptions & {
  readonly asPolicy?: boolean;
  readonly to?: string;
  readonly by?: string;
  readonly reason: string;
  readonly actor: string;
  readonly key?: string;
  readonly status?: string;
  readonly merchant?: string;
  readonly lifecycle?: string;
  readonly dryRun?: boolean;
};

/** Where a deadline runs: orders of other statuses are not asked. */
const RUNS_IN: Readonly<Record<string, string>> = {
  payment: 'payment.awaiting',
  reminder: 'payment.due',
  receive: 'fulfilment.shipped',
  complete: 'fulfilment.delivered',
  review: 'afterSale.completed',
};

const PAGE = 200;
const MINUTE_MS = 60_000;

type Query = Readonly<Record<string, string>>;
type Move = { readonly type: string; readonly data: Json };

/** What each order is told: one of the three ways to move a deadline. */
const moveOf = (deadline: string, { asPolicy, to, by, reason, key }: MoveOptions): Move => {
  const ways = [asPolicy, to, by].filter((way) => way !== undefined).length;
  if (ways !== 1) throw usageError('say how it moves', 'one of --as-policy, --to INSTANT and --by MINUTES');
  if (by === undefined)
    return {
      type: 'RescheduleDeadline',
      data: { deadline, due: to === undefined ? null : instantOf(to), reason },
    };
  if (key === undefined)
    throw usageError(
      'more time twice is twice as much',
      'name the move with --key: the same one again moves nothing twice',
    );
  return { type: 'ExtendDeadline', data: { deadline, byMs: Number(by) * MINUTE_MS, reason } };
};

const statusOf = (deadline: string, { status }: MoveOptions): string => {
  const where = status ?? (Object.hasOwn(RUNS_IN, deadline) ? RUNS_IN[deadline] : undefined);
  if (where !== undefined) return where;
  throw usageError(`nobody knows where ${deadline} runs`, 'say it: --status payment.awaiting');
};

type Count = { moved: number; unchanged: number; refused: Record<string, number> };

const count = (counted: Count, { status, body }: ToldResult): void => {
  if (status < 400) counted.moved += 1;
  else if (body['code'] === 'deadline-unchanged') counted.unchanged += 1;
  else counted.refused[String(body['code'])] = (counted.refused[String(body['code'])] ?? 0) + 1;
};

/**
 * Page by page: each order is told under a key of its own, so a run that was cut off is run again with the same `--key`.
 * A refusal is that order's alone: it may have been paid meanwhile.
 */
const moveAll = async (api: Api, query: Query, move: Move, options: MoveOptions) => {
  const { key = randomUUID(), actor, dryRun } = options;
  const counted: Count = { moved: 0, unchanged: 0, refused: {} };
  const told = { ...move, actor, keyOf: (orderId: string) => `${key}/${orderId}` };
  for await (const page of pagesOf(api, '/v1/orders', query)) {
    const orderIds = (page['orders'] as readonly Json[]).map((order) => String(order['orderId']));
    if (dryRun) counted.moved += orderIds.length;
    else for (const result of await tellOrders(api, orderIds, told)) count(counted, result);
  }
  return { key, dryRun: dryRun === true, ...counted };
};

const move = (deadline: string, options: MoveOptions): Promise<void> => {
  const said = moveOf(deadline, options);
  const { merchant, lifecycle } = options;
  const query: Query = {
    ...{ status: statusOf(deadline, options), limit: String(PAGE) },
    ...(merchant !== undefined && { merchant }),
    ...(lifecycle !== undefined && { lifecycle }),
  };
  return asking(
    options,
    (api) => moveAll(api, query, said, options),
    ({ key, dryRun, moved, unchanged, refused }) => [
      dryRun
        ? `${moved} orders would be asked`
        : `${moved} moved, ${unchanged} due then already (--key ${key})`,
      ...Object.entries(refused).map(([code, orders]) => `  ${orders} refused: ${code}`),
    ],
  );
};

/** `orderloom timers move`. */
export const moveCommand = (): Command =>
  engineCommand({
    usage: 'move <deadline>',
    summary: 'Move a deadline of all orders that run towards it; another policy alone moves none',
    examples: [
      'timers move payment --as-policy --reason "shorter sale" --actor ann',
      'timers move payment --by 15 --reason "bank outage" --actor ann --key outage-7',
    ],
  })
    .option('--as-policy', 'to where the policy of now would have it')
    .option('--to <instant>', 'to an instant, with its zone')
    .option('--by <minutes>', 'so much later; needs --key')
    .requiredOption('--reason <text>', 'why; it stands in the history of each order')
    .requiredOption('--actor <name>', 'who says so')
    .option('--key <text>', 'names the move: the same one again goes on where it was cut off')
    .option('--status <region.status>', 'orders of this status: where the deadline runs unless said')
    .option('--merchant <id>', 'orders of this merchant')
    .option('--lifecycle <name>', 'orders of this lifecycle')
    .option('--dry-run', 'only count the orders')
    .action(move);
