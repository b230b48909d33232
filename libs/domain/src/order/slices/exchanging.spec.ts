import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import {
  delivered,
  orderPlaced,
  paid,
  refundDue,
  returnRequested,
  shipped,
  units,
} from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { statusText } from '../lifecycle/compiled.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { workLists } from '../work.ts';

const all = units('a', 2, 'b', 1);
const one = units('a', 1);
const returnId = 'return-1';
const exchange = {
  type: 'ResolveReturn',
  data: { returnId, accepted: true, exchange: true, reason: '' },
} as const;
const exchanged = (lines = one) =>
  ({
    type: 'ReturnResolved',
    data: {
      returnId,
      accepted: true,
      lines,
      declined: [],
      amount: 0,
      exchanged: true,
      reason: '',
      last: true,
    },
  }) as const;
const again = (lines = one) => ({ type: 'ReplacementDue', data: { returnId, lines } }) as const;

describe.each([tableStepper, xstateStepper])('exchanging, by $name: an order', (stepper) => {
  const tenant = exampleTenant();
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
  const arrived = [orderPlaced(), paid(), shipped('p1', all, true), delivered('p1', all, true)];
  const asked = (lines = one): readonly OrderEvent[] => [...arrived, returnRequested(returnId, lines)];
  const swapped = [...asked(), exchanged(), again()];
  const statusOf = (...events: readonly OrderEvent[]) =>
    statusText(order.explain(given(...events).state, tenant).status);

  it('sends again what came back, and no money moves', () => {
    given(...asked())
      .when(exchange)
      .then(exchanged(), again());
    expect(statusOf(...swapped)).toBe('afterSale.resolved, fulfilment.partial, hold.clear, payment.paid');
    given(...swapped)
      .when({ type: 'ShipLines', data: { parcelId: 'p2', lines: one } })
      .then(shipped('p2', one, true));
    given(...swapped, shipped('p2', one, true))
      .when({ type: 'ConfirmDelivery', data: { parcelId: 'p2' } })
      .then(delivered('p2', one, true));
    expect(statusOf(...swapped, shipped('p2', one, true), delivered('p2', one, true))).toBe(
      'afterSale.resolved, fulfilment.delivered, hold.clear, payment.paid',
    );
  });

  it('exchanges what an inspection has found good, and no more', () => {
    const stages: readonly OrderEvent[] = [
      { type: 'ReturnApproved', data: { returnId } },
      { type: 'ReturnReceived', data: { returnId } },
      { type: 'ReturnInspected', data: { returnId, accepted: one, reason: 'worn' } },
    ];
    const end = exchanged();
    given(...asked(all), ...stages)
      .when(exchange)
      .then({ ...end, data: { ...end.data, declined: units('a', 1, 'b', 1) } }, again());
  });

  it('gives the money of an exchanged unit back once it is sent back again, and never twice', () => {
    const second = [...swapped, shipped('p2', one, true), delivered('p2', one, true)];
    const back = [...second, returnRequested('return-2', all)];
    const end = {
      type: 'ResolveReturn',
      data: { returnId: 'return-2', accepted: true, exchange: false, reason: '' },
    } as const;
    const data = {
      returnId: 'return-2',
      accepted: true,
      lines: all,
      declined: [],
      amount: 3499,
      exchanged: false,
    };
    given(...back)
      .when(end)
      .then(
        { type: 'ReturnResolved', data: { ...data, reason: '', last: true } },
        refundDue('refund-1', 3499),
      );
  });

  it('gives the exact share back of what cannot be sent again, be it everything', () => {
    const named = (lines: typeof one, amount: number) =>
      ({
        type: 'LinesCancelled',
        data: { lines, reason: 'none left', amount, released: [], last: true },
      }) as const;
    const over = { type: 'DeliveryCompleted', data: { buyerId: 'ann' } } as const;
    given(...swapped)
      .when({ type: 'CancelOrder', data: { lines: one, reason: 'none left' } })
      .then(named(one, 1166), refundDue('refund-1', 1166), over);
    given(...asked(all), exchanged(all), again(all))
      .when({ type: 'CancelOrder', data: { lines: all, reason: 'none left' } })
      .then(named(all, 3499), refundDue('refund-1', 3499), over);
  });

  it('asks stock again for what it counts, behind what came back', () => {
    const counted = [orderPlaced({ location: 'berlin' }), ...asked().slice(1)];
    const wanted = { type: 'ReservationRequested', data: { lines: one } } as const;
    given(...counted)
      .when(exchange)
      .then(exchanged(), again(), wanted);
    const to = { type: 'stock', key: 'sku-a@berlin' };
    const data = { orderId: exampleOrder.key, lineId: 'a', quantity: 1 };
    given(...counted, exchanged()).thenSends({ to, command: { type: 'RestockStock', data } });
    given(...counted, exchanged(), again(), wanted).thenSends({
      to,
      command: { type: 'ReserveStock', data },
    });
  });

  it('declines as ever, whatever is said of an exchange', () => {
    const declined = { ...exchanged().data, accepted: false, exchanged: false };
    given(...asked())
      .when({ ...exchange, data: { ...exchange.data, accepted: false } })
      .then({ type: 'ReturnResolved', data: declined });
  });

  it('is to be resolved while its return waits for the seller, and not while it waits for the buyer', () => {
    const isListed = (...events: readonly OrderEvent[]) =>
      workLists['to-resolve'](given(...events).state, () => true);
    expect(isListed(...arrived)).toBe(false);
    expect(isListed(...asked())).toBe(true);
    const approved = { type: 'ReturnApproved', data: { returnId } } as const;
    expect(isListed(...asked(), approved)).toBe(false);
    expect(isListed(...asked(), approved, { type: 'ReturnReceived', data: { returnId } })).toBe(true);
    expect(isListed(...swapped)).toBe(false);
  });
});

describe('exchanging: an order over several warehouses', () => {
  const tenant = exampleTenant({ fulfilment: 'split' });
  const given = scenarios(orderStreamType({ stepper: tableStepper }), {
    stream: exampleOrder,
    now: NOON,
    global: tenant,
  });

  it('asks a warehouse for what is sent again', () => {
    const { key } = exampleOrder;
    const request = (number: number, lines: typeof all) =>
      ({
        type: 'FulfilmentRequested',
        data: { fulfilmentId: `${key}.${number}`, attempt: 1, location: tenant.policy.location, lines },
      }) as const;
    const left = shipped('p1', all, true);
    given(
      ...[orderPlaced(), paid(), request(1, all)],
      { ...left, data: { ...left.data, fulfilmentId: `${key}.1` } },
      delivered('p1', all, true),
      returnRequested(returnId, one),
    )
      .when(exchange)
      .then(exchanged(), again(), request(2, one));
  });
});
