// Runs the command of trace-an-order.md on an order with a foreign id that is paid and shipped in a parcel.
import { expect } from '@jest/globals';
import { pageOnAnEngine, paid } from './page-on-an-engine.ts';

pageOnAnEngine('Trace an order', {
  file: 'trace-an-order.md',
  shows: ['trace'],
  prepare: async (client) => {
    const ORDER = await paid(client, 'b-1', { externalId: 'shop:1001' });
    const contents = [{ orderId: ORDER, lineId: '1', quantity: 2 }];
    const created = await client.send({ type: 'parcel', key: 'P-1001' }, 'CreateParcel', { contents });
    const left = await client.send({ type: 'parcel', key: 'P-1001' }, 'DispatchParcel', {});
    expect([created.outcome, left.outcome]).toEqual(['accepted', 'accepted']);
    return { ORDER };
  },
});
