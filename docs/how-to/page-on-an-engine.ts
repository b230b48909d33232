// A page whose commands are run one after the other on an engine of its own, in a shop that the spec has prepared.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Client, type NewOrder } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { commandsIn, expectShown, type PlaceToRun } from './shown-commands.ts';

/** An order of two mugs by a buyer; its id. */
export const placed = async (
  { orders }: Client,
  buyerId: string,
  more: Partial<NewOrder> = {},
): Promise<string> => {
  const result = await orders.place({
    ...{ buyerId, merchantId: 'm-1', currency: 'EUR', total: 2_498 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
    ...more,
  });
  if (result.outcome !== 'accepted') throw new Error(result.outcome);
  return result.id;
};

/** The same, paid. */
export const paid = async (
  client: Client,
  buyerId: string,
  more: Partial<NewOrder> = {},
): Promise<string> => {
  const id = await placed(client, buyerId, more);
  const payment = { paymentId: 'pay-1', amount: 2_498, currency: 'EUR', provider: 'acme' };
  expect(await client.orders.send(id, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  return id;
};

type Page = {
  readonly file: string;
  /** Words that its commands have among them. */
  readonly shows: readonly string[];
  /** What the engine is told beside its folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the page begins with; gives its shell variables. */
  readonly prepare: (client: Client) => Promise<NonNullable<PlaceToRun['variables']>>;
};

/** Runs every command of a page, and compares what it shows: what is refused and why as well. */
export const pageOnAnEngine = (title: string, { file, shows, env = {}, prepare }: Page): void => {
  const commands = commandsIn(file);
  let engine: EngineProcess;
  let client: Client;
  let place: PlaceToRun;

  describe(`the page "${title}"`, () => {
    beforeAll(async () => {
      engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'), env);
      client = await connect({ http: { url: engine.url } });
      place = { folder: engine.folder, variables: await prepare(client) };
    }, 120_000);
    afterAll(async () => {
      await client.stop();
      await engine.stop();
    });

    test('shows everything that it is about', () => {
      const shown = commands.map(({ command }) => command).join('\n');
      for (const words of shows) expect(shown).toContain(words);
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
};
