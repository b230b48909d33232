// Runs every command of deadlines.md in its order, on one order that waits for its payment.
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

pageOnAnEngine('Say how long orders wait, and move what waits', {
  file: 'deadlines.md',
  shows: ['paymentTimeouts', 'receiveAfterMs', 'timers move', 'RescheduleDeadline'],
  prepare: async (client) => ({ ORDER: await placed(client, 'b-1') }),
});
