import { accept, refuseContent, type Decision } from '@orderloom/decider';
import { cartHashOf } from '../../buyer/cart-hash.ts';
import { isCurrency } from '../../currency.ts';
import type { OrderEvent, PlaceOrderData } from '../../messages/generated/order.ts';
import type { PlacedLine } from '../../messages/generated/types.ts';
import { moneyFault } from '../../money.ts';
import { keptSealed } from '../kept-sealed.ts';
import { currentLifecycle, dueAfter } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import { type LineCounts, type OrderState, type Placed, untouched } from '../state.ts';

// A buyer orders: the amounts must add up, and the order gets the lifecycle that it follows to its end.

const placedLines = (data: PlaceOrderData, context: OrderContext): readonly PlacedLine[] => {
  const { stock, location } = context.global.policy;
  const place = stock === 'tracked' ? location : null;
  return data.lines.map(({ lineId, sku, quantity, unitPrice, discount, tax }) => ({
    lineId,
    sku,
    quantity,
    unitPrice,
    discount,
    tax,
    location: place,
  }));
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
  return accept({
    type: 'OrderPlaced',
    data: {
      buyerId: data.buyerId,
      merchantId: data.merchantId,
      lifecycle: lifecycle.ref,
      currency: data.currency,
      lines: placedLines(data, context),
      shipping: data.shipping,
      fees: data.fees,
      discount: data.discount,
      total: data.total,
      receiver: data.receiver && keptSealed(data.receiver),
      tokens: data.receiver?.tokens ?? [],
      externalId: data.externalId,
      due: dueAfter(lifecycle, 'OrderPlaced', { policy, now: context.now, fired: 0 }),
      policyVersion: context.globalVersion,
    },
  });
};

export const placingCommands: CommandRules<'PlaceOrder'> = {
  PlaceOrder: {
    emits: ['OrderPlaced'],
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

const agreed = (data: Placed): Placed => ({
  buyerId: data.buyerId,
  merchantId: data.merchantId,
  currency: data.currency,
  lines: data.lines,
  shipping: data.shipping,
  fees: data.fees,
  discount: data.discount,
  total: data.total,
  externalId: data.externalId,
});

const countsOf = (line: PlacedLine): LineCounts =>
  line.location === null ? untouched : { ...untouched, asked: line.quantity };

export const placingEvents: EventFolds<'OrderPlaced'> = {
  OrderPlaced: (_state, data) => ({
    lifecycle: data.lifecycle,
    placed: agreed(data),
    lines: data.lines.map(countsOf),
  }),
};
