// Runs every command of act-on-an-order.md in its order, on one order that is paid; one that is not has shipping.
import { pageOnAnEngine, paid, placed } from './page-on-an-engine.ts';

const receiver = { name: 'Ann Lee', line1: '1 Mill Lane', city: 'Lund', country: 'SE' };

pageOnAnEngine('Act on one order as an operator', {
  file: 'act-on-an-order.md',
  shows: ['HoldOrder', 'ReleaseHold', 'EditReceiver', 'AdjustCharges', 'AddNote', 'OverrideStatus'],
  prepare: async (client) => ({
    ORDER: await paid(client, 'b-1', { receiver }),
    UNPAID: await placed(client, 'b-2', { shipping: 499, total: 2_997 }),
  }),
});
