// Runs every command of books.md in its order, on an order that is paid, one that was paid and cancelled, and one that is neither.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import type { Client } from '@orderloom/client';
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderloom-books-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paidBy = async (client: Client, buyerId: string, paymentId: string): Promise<string> => {
  const id = await placed(client, buyerId);
  const payment = { paymentId, amount: 2_498, currency: 'EUR', provider: 'acme' };
  expect(await client.orders.send(id, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  return id;
};

pageOnAnEngine('Keep the books', {
  file: 'books.md',
  shows: ['ledger balances', 'ledger entries', 'reconcile', 'ResolveDifference', 'reconciliations'],
  prepare: async (client) => {
    const now = new Date().toISOString();
    const [FILE, DAY] = [join(folder, 'acme.csv'), now.slice(0, 10)];
    const rows = [`pay-1,paid,2498,EUR,${now}`, `pay-9,paid,700,EUR,${now}`];
    writeFileSync(FILE, `${['payment_id,kind,amount,currency,time', ...rows].join('\n')}\n`);
    await paidBy(client, 'b-1', 'pay-1');
    const second = await paidBy(client, 'b-2', 'pay-2');
    await client.orders.send(second, 'CancelOrder', { reason: 'too late' });
    await placed(client, 'b-3');
    return { FILE, DAY };
  },
});
