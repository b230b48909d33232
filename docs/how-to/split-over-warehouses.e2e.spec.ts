// Runs every command of split-over-warehouses.md in its order, on one order that two warehouses send.
import type { Client } from '@orderloom/client';
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

const tenant = { type: 'tenant', key: 'main' };
const places = { MUG: 'berlin', TEA: 'paris' };

const twoLines = Object.keys(places).map((sku, index) => ({
  ...{ lineId: String(index + 1), sku, quantity: 2, unitPrice: 1_249 },
}));

const orderOf = (client: Client): Promise<string> => placed(client, 'b-1', { lines: twoLines, total: 4_996 });

pageOnAnEngine('Send an order from several warehouses', {
  file: 'split-over-warehouses.md',
  shows: ['SetPolicy', 'AcknowledgeFulfilment', 'ShipFulfilment', 'CancelFulfilment', 'DeliverFulfilment'],
  prepare: async (client) => {
    for (const [sku, location] of Object.entries(places)) {
      const rule = { sku, reserveAt: 'placing', locations: [location], whenShort: 'wait' };
      await client.send(tenant, 'SetSourcing', rule);
    }
    return { ORDER: await orderOf(client) };
  },
});
