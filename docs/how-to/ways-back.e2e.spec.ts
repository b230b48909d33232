// Runs every command of ways-back.md in its order, on orders of two mugs that have arrived.
import type { Client } from '@orderloom/client';
import { expect } from '@jest/globals';
import { pageOnAnEngine, paid } from './page-on-an-engine.ts';

const arrived = async (client: Client, buyerId: string): Promise<string> => {
  const id = await paid(client, buyerId);
  const lines = [{ lineId: '1', quantity: 2 }];
  for (const [type, data] of [
    ['ShipLines', { parcelId: `p-${buyerId}`, lines }],
    ['ConfirmDelivery', { parcelId: `p-${buyerId}` }],
  ] as const)
    expect(await client.orders.send(id, type, data)).toMatchObject({ outcome: 'accepted' });
  return id;
};

pageOnAnEngine('Ways back', {
  file: 'ways-back.md',
  shows: [
    'RequestReturn',
    'ApproveReturn',
    'ReportReturnShipped',
    'ReceiveReturn',
    'InspectReturn',
    'ResolveReturn',
    'OpenDispute',
    'AddEvidence',
    'ResolveDispute',
  ],
  prepare: async (client) => ({ ORDER: await arrived(client, 'b-1') }),
});
