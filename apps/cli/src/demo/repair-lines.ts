import type { ParkedStream } from '../connection/parked-streams.ts';
import type { ShopOrder } from './shop-orders.ts';
import { paymentOf } from './step.ts';

type Place = { readonly url: string; readonly folder: string };

/** How the visitor repairs the payment that failed, as lines to be copied. */
export const paymentLines = (
  order: ShopOrder | undefined,
  orderId: string | null,
  { url, folder }: Place,
): readonly string[] => {
  if (order === undefined || orderId === null) return [];
  const payment = JSON.stringify(paymentOf(order, 2));
  return [
    `The payment of order ${orderId} has failed. See why, then repair it, in one of two ways:`,
    `  npx orderloom explain ${orderId} --data ${folder}`,
    `  npx orderloom send ${orderId} ConfirmPayment '${payment}' --data ${folder}`,
    `  curl ${url}/v1/orders/${orderId}/commands -H 'Idempotency-Key: "repair-1"' -H 'Content-Type: application/json' \\`,
    `    -d '{"type":"ConfirmPayment","data":${payment}}'`,
  ];
};

/** How the visitor has the label printed that the printer jammed at. */
export const labelLines = (parked: ParkedStream | undefined, folder: string): readonly string[] =>
  parked === undefined
    ? []
    : [
        `The printer jammed at a label of ${parked.stream}, so that is parked; by now the printer is mended. See it, then have it printed:`,
        `  npx orderloom parked --data ${folder}`,
        `  npx orderloom parked explain ${parked.id} --data ${folder}`,
        `  npx orderloom parked redrive ${parked.id} --data ${folder}`,
      ];
