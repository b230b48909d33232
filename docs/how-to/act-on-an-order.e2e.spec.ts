// Runs every command of act-on-an-order.md in its order, on one order that is paid, and compares what the page shows: what is
// refused and why as well.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { commandsIn, expectShown, type PlaceToRun } from './shown-commands.ts';

const commands = commandsIn('act-on-an-order.md');
let engine: EngineProcess;
let client: Client;
let place: PlaceToRun;

/** Two mugs for b-1, paid: what the page begins with. */
const paidOrder = async ({ orders }: Client): Promise<string> => {
  const placed = await orders.place({
    ...{ buyerId: 'b-1', merchantId: 'm-1', currency: 'EUR', total: 2_498 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
    receiver: { name: 'Ann Lee', line1: '1 Mill Lane', city: 'Lund', country: 'SE' },
  });
  if (placed.outcome !== 'accepted') throw new Error(placed.outcome);
  const payment = { paymentId: 'pay-1', amount: 2_498, currency: 'EUR', provider: 'acme' };
  expect(await orders.send(placed.id, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  return placed.id;
};

describe('the page "Act on one order as an operator"', () => {
  beforeAll(async () => {
    engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
    client = await connect({ http: { url: engine.url } });
    place = { folder: engine.folder, variables: { ORDER: await paidOrder(client) } };
  }, 120_000);
  afterAll(async () => {
    await client.stop();
    await engine.stop();
  });

  test('shows every act of an operator', () => {
    const shown = commands.map(({ command }) => command).join('\n');
    for (const act of ['HoldOrder', 'ReleaseHold', 'EditReceiver', 'AddNote', 'OverrideStatus'])
      expect(shown).toContain(act);
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
