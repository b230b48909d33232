// Runs every command of edit-an-order.md in its order, on an order that is paid.
import { paid, pageOnAnEngine } from './page-on-an-engine.ts';

pageOnAnEngine('Stage changes of an order', {
  file: 'edit-an-order.md',
  shows: ['BeginEdit', 'StageChange', 'UnstageChange', 'CommitEdit', 'DiscardEdit', 'preview edit/'],
  prepare: async (client) => ({ ORDER: await paid(client, 'b-1') }),
});
