import type { RecordedEvent } from '@orderloom/decider';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { eventsIn, type ViewReader } from '@orderloom/engine';
import { orderView, presentOrder, type OrderDocument } from '@orderloom/views';
import { CliError, EXIT } from '../cli-error.ts';
import { tenantState } from '../tenant-state.ts';
import { csvLine } from './csv-cells.ts';
import { extentOf, type OpenLog, type Position } from './position.ts';
import type { Format, Row, Rows } from './rows.ts';

const COLUMNS = [
  ...[
    'order_id',
    'buyer_id',
    'merchant_id',
    'external_id',
    'lifecycle',
    'lifecycle_version',
    'status',
    'currency',
  ],
  ...['total', 'paid', 'reduced', 'outstanding', 'shipping', 'fees', 'discount', 'placed_at', 'updated_at'],
  ...['version', 'lines', 'payments', 'parcels', 'returns', 'refunds', 'receiver', 'fields'],
];

const PAGE = 200;
const MANY = 1_000_000;

type Presented = ReturnType<typeof presentOrder>;

const statusText = (status: Presented['status']): string =>
  Object.entries(status)
    .map(([region, value]) => `${region}.${value}`)
    .join(' ');

/** Amounts are integers in minor units, lists are JSON, the receiver is sealed. */
const csvOf = (order: Presented): string => {
  const { lifecycle, money } = order;
  return csvLine([
    ...[order.orderId, order.buyerId, order.merchantId, order.externalId, lifecycle.name, lifecycle.version],
    ...[statusText(order.status), money.currency, money.total, money.paid, money.reduced, money.outstanding],
    ...[money.shipping, money.fees, money.discount, order.placedAt, order.updatedAt, order.version],
    ...[order.lines, order.payments, order.parcels, order.returns, order.refunds].map((list) =>
      JSON.stringify(list),
    ),
    order.receiver === null ? null : JSON.stringify(order.receiver),
    JSON.stringify(order.fields),
  ]);
};

const unfoldable = (key: string): CliError =>
  new CliError(EXIT.refused, {
    code: 'order-unfoldable',
    message: `the history of order ${key} cannot be folded`,
    remedy: 'orderloom verify says why; its events can be exported all the same: orderloom export events',
  });

type Source = OpenLog & { readonly reader: ViewReader };

/** What every order of the tenant is folded with. */
const globalOf = async ({ reader, codec }: Source, tenant: string): Promise<unknown> => {
  const registry = domainRegistry({ stepper: tableStepper });
  const frames = await reader.readStream(`${tenant}/${registry.global.type}/${tenant}`, 0, MANY);
  return tenantState(registry, eventsIn(codec, frames));
};

/** An order behind its events up to the position; `undefined`: it was placed later. */
const presentedAt = (
  key: string,
  events: readonly RecordedEvent[],
  { sequences, global }: { readonly sequences: Float64Array; readonly global: unknown },
): Presented | undefined => {
  let document: OrderDocument | undefined;
  let version = 0;
  for (const event of events) {
    if (event.sequence > (sequences[event.slot] ?? 0)) break;
    try {
      document = orderView.fold(document, event, global as Parameters<typeof orderView.fold>[2]);
    } catch {
      throw unfoldable(key);
    }
    ({ version } = event);
  }
  return document && presentOrder({ id: key, version, document });
};

/**
 * The orders of a tenant as they were at the position, the newest first. Each is folded from its own events, so it does
 * not matter how far the views have come since. A place is an order's id.
 */
export const orderRows = (
  source: Source,
  position: Position,
  { tenant, format }: { readonly tenant: string; readonly format: Format },
): Rows => {
  const { reader, codec } = source;
  const { sequences, orders } = extentOf(source, position, tenant);
  return {
    header: format === 'csv' ? csvLine(COLUMNS) : '',
    total: orders,
    async *from(place): AsyncGenerator<Row> {
      const global = await globalOf(source, tenant);
      for (let before = place; ;) {
        const { documents, next } = await reader.list('order', `${tenant}/all:`, before, PAGE);
        for (const { id } of documents) {
          const key = id.slice(tenant.length + 1);
          const frames = await reader.readStream(`${tenant}/order/${key}`, 0, MANY);
          const order = presentedAt(key, eventsIn(codec, frames), { sequences, global });
          if (order === undefined) continue;
          yield { line: format === 'csv' ? csvOf(order) : `${JSON.stringify(order)}\n`, place: key };
        }
        if (next === null) return;
        before = next;
      }
    },
  };
};
