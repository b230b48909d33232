import { lineAmount, unchangedPolicy } from '@orderloom/domain';
import type { OrderLine, PlaceOrderData, SetPolicyData } from '@orderloom/domain';
import { commandRequest, type CommandRequest } from '@orderloom/engine';

/** A command from outside to a stream of a tenant, `main` unless said. */
export const command = (
  stream: { readonly type: string; readonly key: string; readonly tenant?: string },
  type: string,
  data: object,
  commandId: string,
): CommandRequest => commandRequest({ stream: { tenant: 'main', ...stream }, type, data, commandId });

/** To the tenant itself. */
export const toTenant = (type: string, data: object, commandId: string, tenant = 'main'): CommandRequest =>
  command({ type: 'tenant', key: tenant, tenant }, type, data, commandId);

/** A policy that changes what is said. */
export const setPolicy = (said: Partial<SetPolicyData>, commandId: string, tenant = 'main'): CommandRequest =>
  toTenant('SetPolicy', { ...unchangedPolicy, ...said }, commandId, tenant);

/** A line at 10.01 a unit: odd enough that shares of it need rounding. */
export const orderLine = (lineId: string, sku: string, quantity: number): OrderLine => ({
  lineId,
  sku,
  quantity,
  unitPrice: 1_001,
  discount: 0,
  tax: null,
  name: null,
});

/** A placement whose total adds up: two units of tea, 4.99 for shipping, unless said otherwise. */
export const placement = (said: Partial<PlaceOrderData> = {}): PlaceOrderData => {
  const { lines = [orderLine('a', 'TEA-1', 2)], shipping = 499 } = said;
  return {
    buyerId: 'ann',
    merchantId: null,
    lifecycle: 'retail',
    currency: 'EUR',
    fees: 0,
    discount: 0,
    total: lines.reduce((sum, line) => sum + lineAmount(line), shipping),
    receiver: null,
    externalId: null,
    paymentMethod: null,
    payBy: null,
    allowRepeat: false,
    fields: {},
    ...said,
    lines,
    shipping,
  };
};

/** Places an order of a tenant, `main` unless said. */
export const place = (data: PlaceOrderData, commandId: string, tenant = 'main'): CommandRequest =>
  command({ type: 'order', key: '', tenant }, 'PlaceOrder', data, commandId);

/** A payment of the whole amount. */
export const pay = (orderId: string, amount: number, commandId: string): CommandRequest =>
  command(
    { type: 'order', key: orderId },
    'ConfirmPayment',
    { paymentId: 'p-1', amount, currency: 'EUR', provider: 'bank' },
    commandId,
  );
