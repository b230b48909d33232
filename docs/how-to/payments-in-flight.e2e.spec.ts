// Runs every command of payments-in-flight.md in its order, on two orders that are placed.
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

pageOnAnEngine('Take payments that are under way', {
  file: 'payments-in-flight.md',
  shows: ['StartPayment', 'ReportPaymentUnknown', 'ConfirmPayment', 'ReportPaymentMismatch', 'to-clarify'],
  prepare: async (client) => ({ ORDER: await placed(client, 'b-1'), OTHER: await placed(client, 'b-2') }),
});
