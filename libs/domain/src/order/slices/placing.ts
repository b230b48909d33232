import { accept, refuseContent, type Decision } from '@orderloom/decider';
import { cartHashOf } from '../../buyer/cart-hash.ts';
import { isCurrency } from '../../currency.ts';
import type { OrderEvent, OrderPlacedData, PlaceOrderData } from '../../messages/generated/order.ts';
import type { PlacedLine } from '../../messages/generated/types.ts';
import { moneyFault } from '../../money.ts';
import { refuseUnlessAhead } from '../instants.ts';
import { keptSealed } from '../kept-sealed.ts';
import { sourcingOf, stockLocationsOf } from '../../tenant/sourcing.ts';
import { refuseFields } from '../own-fields.ts';
import type { Lifecycle } from '../lifecycle/compiled.ts';
import { currentLifecycle, dueAfter, paymentTimeoutFor } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import { approvalAtPlacing } from './approving.ts';
import { type LineCounts, type OrderState, type Placed, untouched } from '../state.ts';

// A buyer orders: the amounts must add up, and the order gets the lifecycle that it follows to its end.

const placedLines = (data: PlaceOrderData, context: OrderContext): readonly PlacedLine[] => {
  const placeOf = (sku: string): string | null => stockLocationsOf(context.global, sku)[0] ?? null;
  return data.lines.map(({ lineId, sku, quantity, unitPrice, discount, tax, name }) => ({
    lineId,
    sku,
    quantity,
    unitPrice,
    discount,
    tax,
    name: name ?? null,
    location: placeOf(sku),
  }));
};

const NONE: readonly string[] = [];

/** Lines that stock is asked for only once goods may leave. */
const reservedLater = (lines: readonly PlacedLine[], { global }: OrderContext): readonly string[] =>
  global.sourcing === undefined
    ? NONE
    : lines
        .filter(({ sku, location }) => location !== null && sourcingOf(global, sku).reserveAt === 'payment')
        .map(({ lineId }) => lineId);
/** Until when an order waits for its payment: as its caller says, or as the tenant has it for such orders. */
const paymentDue = (
  { payBy, paymentMethod }: PlaceOrderData,
  lifecycle: Lifecycle,
  { global: { policy }, channel, now }: OrderContext,
): { readonly due: number | null; readonly paymentTimeout: string | null } => {
  if (typeof payBy === 'number') return { due: payBy, paymentTimeout: null };
  const { name } = lifecycle.definition;
  const by = paymentTimeoutFor(policy, { lifecycle: name, channel, paymentMethod })?.name;
  const due = dueAfter(lifecycle, 'OrderPlaced', { policy, now, by });
  return { due, paymentTimeout: due === null ? null : (by ?? null) };
};

const refusePayBy = (
  { payBy }: PlaceOrderData,
  lifecycle: Lifecycle,
  now: number,
): Decision<never> | undefined => {
  if (typeof payBy !== 'number') return undefined;
  return lifecycle.startedBy.has('OrderPlaced')
    ? refuseUnlessAhead(now, payBy, '/payBy')
    : refuseContent(
        'unknown-deadline',
        `${lifecycle.definition.name} has no deadline that begins with the order`,
        '/payBy',
      );
};

const place = (_state: OrderState, data: PlaceOrderData, context: OrderContext): Decision<OrderEvent> => {
  const { policy } = context.global;
  const name = data.lifecycle ?? policy.defaultLifecycle;
  const lifecycle = currentLifecycle(context.global, name);
  if (!lifecycle)
    return refuseContent('unknown-lifecycle', `the tenant has published no lifecycle ${name}`, '/lifecycle');
  if (!isCurrency(data.currency))
    return refuseContent('unknown-currency', `${data.currency} is no ISO 4217 code`, '/currency');
  const fault = moneyFault(data);
  if (fault) return refuseContent(fault.code, fault.reason, fault.pointer);
  const refusal = refuseFields(lifecycle, data.fields) ?? refusePayBy(data, lifecycle, context.now);
  if (refusal) return refusal;
  const lines = placedLines(data, context);
  const placed: OrderEvent = {
    type: 'OrderPlaced',
    data: {
      buyerId: data.buyerId,
      merchantId: data.merchantId,
      lifecycle: lifecycle.ref,
      currency: data.currency,
      lines,
      shipping: data.shipping,
      fees: data.fees,
      discount: data.discount,
      total: data.total,
      receiver: data.receiver && keptSealed(data.receiver),
      tokens: data.receiver?.tokens ?? [],
      externalId: data.externalId,
      ...paymentDue(data, lifecycle, context),
      paymentMethod: data.paymentMethod,
      policyVersion: context.globalVersion,
      reserveLater: reservedLater(lines, context),
      fields: data.fields,
    },
  };
  return accept(placed, ...approvalAtPlacing(lifecycle, data, context));
};

export const placingCommands: CommandRules<'PlaceOrder'> = {
  PlaceOrder: {
    emits: [
      ...(['OrderPlaced', 'ApprovalRequested', 'VerdictGiven', 'OrderHeld'] as const),
      ...(['ReservationRequested', 'FulfilmentRequested'] as const),
    ],
    gate: [],
    mayRefuse: true,
    creates: { slotKey: (data, commandId) => data.buyerId ?? `guest-${commandId}` },
    guards: (data) =>
      data.buyerId === null
        ? []
        : [
            {
              to: { type: 'buyer', key: data.buyerId },
              command: {
                type: 'CheckPlacement',
                data: { cartHash: cartHashOf(data.lines), allowRepeat: data.allowRepeat },
              },
            },
          ],
    decide: place,
  },
};

const agreed = (data: OrderPlacedData): Placed => ({
  buyerId: data.buyerId,
  merchantId: data.merchantId,
  currency: data.currency,
  lines: data.lines,
  shipping: data.shipping,
  fees: data.fees,
  discount: data.discount,
  total: data.total,
  externalId: data.externalId,
  ...(Object.keys(data.fields).length === 0 ? {} : { fields: data.fields }),
});

/** Lines that stock is asked for at once. */
export const askedAtOnce = ({ lines, reserveLater }: OrderPlacedData): readonly PlacedLine[] =>
  reserveLater.length === 0 ? lines : lines.filter(({ lineId }) => !reserveLater.includes(lineId));

const countsOf = ({ lineId, location, quantity }: PlacedLine, later: readonly string[]): LineCounts =>
  location === null || later.includes(lineId) ? untouched : { ...untouched, asked: quantity };

export const placingEvents: EventFolds<'OrderPlaced'> = {
  OrderPlaced: (_state, data) => ({
    lifecycle: data.lifecycle,
    placed: agreed(data),
    lines: data.lines.map((line) => countsOf(line, data.reserveLater)),
  }),
};
