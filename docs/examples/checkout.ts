// A checkout service: it turns a cart that was paid into an order. Called again for the same cart, after a crash or by
// an impatient browser, it does nothing twice: every key comes from the cart.
import type { Client, Done, NewOrder, Result } from '@orderloom/client';

export type Cart = {
  readonly id: string;
  readonly order: NewOrder;
  readonly payment: { readonly id: string; readonly provider: string };
};

/** Asks again for as long as nobody knows. A checkout that must answer its browser would stop here and say so. */
const known = async (ask: () => Promise<Result>): Promise<Done> => {
  const result = await ask();
  switch (result.outcome) {
    case 'accepted':
    case 'duplicate':
      return result;
    case 'pending':
      return known(ask);
    case 'refused':
    case 'conflict':
      throw new Error(`the cart cannot become an order: ${result.reason}`);
  }
};

/** Gives the id of the cart's one order. */
export const checkOut = async ({ orders }: Client, { id, order, payment }: Cart): Promise<string> => {
  const placed = await known(() => orders.place(order, { key: `cart-${id}` }));
  const { currency, total: amount } = order;
  const paid = { paymentId: payment.id, provider: payment.provider, amount, currency };
  await known(() => orders.send(placed.id, 'ConfirmPayment', paid, { key: `payment-${payment.id}` }));
  return placed.id;
};
