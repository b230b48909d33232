import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { BatchCommand, Client } from '@orderloom/client';
import { aPayment, anOrder, done } from './orders.ts';

const wrong = expect.objectContaining({ code: 'invalid-argument' });

const placing = (key = randomUUID()): BatchCommand => ({ type: 'PlaceOrder', data: anOrder(), key });

export const batchCases = (client: () => Client) => {
  const placed = async (): Promise<string> => done(await client().orders.place(anOrder())).id;
  const outcomes = async (commands: readonly BatchCommand[]): Promise<readonly string[]> =>
    (await client().sendAll(commands)).map(({ outcome }) => outcome);
  return {
    'is decided in its order, with a result for each in that order': async () => {
      const stream = { type: 'order', key: await placed() };
      const lines = [{ lineId: '1', quantity: 2 }];
      const results = await client().sendAll([
        { stream, type: 'ShipLines', data: { parcelId: 'P-0', lines } },
        { stream, type: 'ConfirmPayment', data: aPayment, expectedVersion: 1, actor: 'ann' },
        { stream, type: 'ShipLines', data: { parcelId: 'P-1', lines } },
        placing(),
      ]);
      expect(results).toMatchObject([
        { outcome: 'refused', code: 'not-allowed-now' },
        { outcome: 'accepted', id: stream.key, version: 2, status: { payment: 'paid' } },
        { outcome: 'accepted', id: stream.key, version: 3, status: { fulfilment: 'shipped' } },
        { outcome: 'accepted', version: 1, position: expect.stringMatching(/^\d+:\d+$/) },
      ]);
    },
    'keeps what is wrong with one of them from the others': async () => {
      const stream = { type: 'order', key: await placed() };
      const results = await client().sendAll([
        { stream, type: 'Levitate', data: {} },
        { stream, type: 'ConfirmPayment', data: { ...aPayment, amount: -1 } },
        { stream, type: 'ConfirmPayment', data: aPayment, expectedVersion: 9 },
        { stream, type: 'EditReceiver', data: {}, expectedSection: { name: 'receiver', version: 1 } },
        { stream: { type: 'stock', key: `TEA-${randomUUID()}@main` }, type: 'ReceiveStock', data: {} },
        { stream, type: 'ConfirmPayment', data: aPayment },
      ]);
      expect(results).toMatchObject([
        { outcome: 'refused', code: 'unknown-command' },
        { outcome: 'refused', code: 'invalid-command', errors: [{ pointer: '/amount' }] },
        { outcome: 'conflict', currentVersion: 1 },
        { outcome: 'refused', code: 'invalid-command' },
        { outcome: 'refused', code: 'invalid-command' },
        { outcome: 'accepted', version: 2 },
      ]);
    },
    'sent again with its keys is a duplicate of each': async () => {
      const commands = [placing(), placing(), placing()];
      const first = await client().sendAll(commands);
      const again = await client().sendAll([...commands, placing()]);
      expect(again.map(({ outcome }) => outcome)).toEqual([
        'duplicate',
        'duplicate',
        'duplicate',
        'accepted',
      ]);
      expect(again.slice(0, 3).map((result) => done(result).id)).toEqual(
        first.map((result) => done(result).id),
      );
    },
    'with one key twice has one effect': async () => {
      const command = placing();
      const results = await client().sendAll([command, command]);
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'duplicate']);
      expect(new Set(results.map((result) => done(result).id)).size).toBe(1);
    },
    'of five hundred is taken, and one more is not': async () => {
      const command = placing();
      // One order: whoever consumes in this place reads whatever is in it.
      const commands = Array.from({ length: 500 }, () => command);
      expect((await outcomes(commands)).filter((one) => one !== 'duplicate')).toEqual(['accepted']);
      await expect(client().sendAll([...commands, placing()])).rejects.toThrow(wrong);
      await expect(client().sendAll([])).rejects.toThrow(wrong);
    },
    'whose caller gives up is pending, and its keys find out': async () => {
      const given = new AbortController();
      const commands = [placing(), placing()];
      const sending = client().sendAll(commands, { signal: given.signal });
      given.abort();
      const results = await sending;
      expect(results.map(({ outcome, key }) => [outcome, key])).toEqual(
        commands.map(({ key }) => ['pending', key]),
      );
      for (const result of await client().sendAll(commands)) expect(done(result).version).toBe(1);
    },
  };
};
