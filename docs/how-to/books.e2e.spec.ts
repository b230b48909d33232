// Runs every command of books.md in its order, on an order that is paid, one that was paid and cancelled, and one that is neither.
import { pageOnAnEngine, paid, placed } from './page-on-an-engine.ts';

pageOnAnEngine('Keep the books', {
  file: 'books.md',
  shows: ['ledger balances', 'ledger entries'],
  prepare: async (client) => {
    await paid(client, 'b-1');
    await client.orders.send(await paid(client, 'b-2'), 'CancelOrder', { reason: 'too late' });
    await placed(client, 'b-3');
    return {};
  },
});
