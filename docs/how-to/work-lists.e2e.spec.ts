// Runs every command of work-lists.md in its order, on two orders that are paid, one that is not, and one that was cancelled.
import { pageOnAnEngine, paid, placed } from './page-on-an-engine.ts';

const ann = { receiver: { name: 'Ann Lee', line1: '1 Main Street', city: 'Bath', country: 'GB' } };

pageOnAnEngine('Work off lists', {
  file: 'work-lists.md',
  shows: [
    'list to-ship',
    'list to-refund',
    'list at-risk',
    'claim',
    'release',
    '--claim mine',
    'to-merge',
    'CreateParcel',
  ],
  prepare: async (client) => {
    const first = await paid(client, 'b-1', ann);
    const second = await paid(client, 'b-2', ann);
    await client.orders.send(await paid(client, 'b-3'), 'CancelOrder', { reason: 'too late' });
    await placed(client, 'b-4');
    return { ORDER: first, ALSO: second };
  },
});
