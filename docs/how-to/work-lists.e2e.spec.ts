// Runs every command of work-lists.md in its order, on two orders that are paid, one that is not, and one that was cancelled, and
// compares what the page shows.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { commandsIn, expectShown, type PlaceToRun } from './shown-commands.ts';

const commands = commandsIn('work-lists.md');
let engine: EngineProcess;
let client: Client;
let place: PlaceToRun;

const placedBy = async (buyerId: string): Promise<string> => {
  const placed = await client.orders.place({
    ...{ buyerId, merchantId: 'm-1', currency: 'EUR', total: 2_498 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
  });
  if (placed.outcome !== 'accepted') throw new Error(placed.outcome);
  return placed.id;
};
const paidBy = async (buyerId: string): Promise<string> => {
  const id = await placedBy(buyerId);
  const payment = { paymentId: `pay-${buyerId}`, amount: 2_498, currency: 'EUR', provider: 'acme' };
  expect(await client.orders.send(id, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  return id;
};

describe('the page "Work off lists"', () => {
  beforeAll(async () => {
    engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
    client = await connect({ http: { url: engine.url } });
    const first = await paidBy('b-1');
    await paidBy('b-2');
    await client.orders.send(await paidBy('b-3'), 'CancelOrder', { reason: 'too late' });
    await placedBy('b-4');
    place = { folder: engine.folder, variables: { ORDER: first } };
  }, 120_000);
  afterAll(async () => {
    await client.stop();
    await engine.stop();
  });

  test('shows every list, claiming, and what others hear', () => {
    const shown = commands.map(({ command }) => command).join('\n');
    for (const words of [
      'list to-ship',
      'list to-refund',
      'list at-risk',
      'claim',
      'release',
      '--claim mine',
    ])
      expect(shown).toContain(words);
  });

  test.each(commands)(
    '$command',
    (command) => {
      expect(command.shown).toBeDefined();
      expectShown(command, place);
    },
    60_000,
  );
});
