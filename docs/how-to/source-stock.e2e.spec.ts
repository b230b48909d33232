// Runs every command of source-stock.md in its order, on four orders that are placed under the rule of the page.
import type { Client } from '@orderloom/client';
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

const tenant = { type: 'tenant', key: 'main' };
const rule = { sku: 'MUG', reserveAt: 'payment', locations: ['main', 'paris'], whenShort: 'cancel' };

const received = (client: Client, location: string) =>
  client.send({ type: 'stock', key: `MUG@${location}` }, 'ReceiveStock', { quantity: 2, reference: 'van-1' });

pageOnAnEngine('Say when and where stock is asked', {
  file: 'source-stock.md',
  shows: ['SetSourcing', 'ConfirmPayment', 'stock/MUG@paris', 'backorder', 'ExpectStock', 'DropSourcing'],
  prepare: async (client) => {
    await client.send(tenant, 'SetPolicy', { stock: 'tracked' });
    await client.send(tenant, 'SetSourcing', rule);
    for (const location of rule.locations) await received(client, location);
    return {
      FIRST: await placed(client, 'b-1'),
      SECOND: await placed(client, 'b-2'),
      LAST: await placed(client, 'b-3'),
      WAITING: await placed(client, 'b-4'),
    };
  },
});
