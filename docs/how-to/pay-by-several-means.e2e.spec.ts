// Runs every command of pay-by-several-means.md in its order, on two orders that are placed.
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

pageOnAnEngine('Pay an order by several means', {
  file: 'pay-by-several-means.md',
  shows: ['IssueBill', 'ReportLegFrozen', 'ReportLegCaptured', 'ReportLegFailed', 'ConfirmRefund', 'deposit'],
  prepare: async (client) => ({ ORDER: await placed(client, 'b-1'), PRESALE: await placed(client, 'b-2') }),
});
