// What every way to an engine promises: the same calls, the same results. Engines are shared by all tests of a way, so
// each test has orders and groups of its own.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import {
  connect,
  type Client,
  type ConnectOptions,
  type NewOrder,
  type SendOptions,
} from '@orderloom/client';
import { contractCases, type Skip } from '@orderloom/testing';
import { batchCases } from './batch-cases.ts';
import { consumingCases } from './consuming-cases.ts';
import { effectCases } from './effect-cases.ts';
import { aPayment, anOrder, done } from './orders.ts';
import type { Place } from './places.ts';
import { readingCases } from './reading-cases.ts';
import { pastCases, searchingCases } from './searching-cases.ts';
import { workCases } from './work-cases.ts';

const RECEIVER = { name: 'Ann Example', line1: 'Lane 1', city: 'Town', country: 'DE' };

const sendingCases = (client: () => Client) => {
  const placed = async (said?: Partial<NewOrder>): Promise<string> =>
    done(await client().orders.place(anOrder(said))).id;
  return {
    'is accepted, with its id, version, position and status': async () => {
      const result = await client().orders.place(anOrder());
      expect(result).toMatchObject({ outcome: 'accepted', version: 1, status: { payment: 'awaiting' } });
      expect(done(result).position).toMatch(/^\d+:\d+$/);
    },
    'sent again with its key is a duplicate, with the first answer': async () => {
      const order = anOrder();
      const first = done(await client().orders.place(order, { key: randomUUID() }));
      const again = await client().orders.place(order, { key: first.key });
      expect(again).toMatchObject({ outcome: 'duplicate', key: first.key, id: first.id, version: 1 });
    },
    'is refused where its key belongs to another command': async () => {
      const order = anOrder();
      const { key } = done(await client().orders.place(order));
      const other = await client().orders.place({ ...order, merchantId: 'another' }, { key });
      expect(other).toMatchObject({ outcome: 'refused', key, code: 'idempotency-key-reused' });
    },
    'is refused where it breaks its schema, and the place is named': async () => {
      const broken = anOrder({ lines: [{ lineId: '1', sku: 'MUG', quantity: 0, unitPrice: 1 }] });
      const result = await client().orders.place(broken);
      expect(result).toMatchObject({
        ...{ outcome: 'refused', code: 'invalid-command' },
        errors: [{ pointer: '/lines/0/quantity' }],
      });
      const order = await placed();
      const payment = { ...aPayment, amount: -1 };
      expect(await client().orders.send(order, 'ConfirmPayment', payment)).toMatchObject({
        ...{ outcome: 'refused', code: 'invalid-command' },
        errors: [{ pointer: '/amount' }],
      });
    },
    'takes a receiver in clear': async () => {
      const result = await client().orders.place(anOrder({ receiver: RECEIVER }));
      expect(result.outcome).toBe('accepted');
    },
    'goes on where its status allows it, and else is refused with what is possible': async () => {
      const order = await placed();
      const pay = () => client().orders.send(order, 'ConfirmPayment', aPayment);
      expect(await pay()).toMatchObject({ outcome: 'accepted', id: order, status: { payment: 'paid' } });
      const twice = await pay();
      expect(twice).toMatchObject({ outcome: 'refused', currentStatus: { payment: 'paid' } });
      expect(twice.outcome === 'refused' && twice.allowedCommands).toContain('ShipLines');
    },
    'is a conflict at another version than expected': async () => {
      const order = await placed();
      const pay = (expectedVersion: number) =>
        client().orders.send(order, 'ConfirmPayment', aPayment, { expectedVersion });
      expect(await pay(9)).toMatchObject({
        ...{ outcome: 'conflict', currentVersion: 1, currentStatus: { payment: 'awaiting' } },
      });
      expect(await pay(1)).toMatchObject({ outcome: 'accepted', version: 2 });
    },
    'upon a section is a conflict where that section has moved, whatever else has': async () => {
      const buyerId = `b-${randomUUID()}`;
      const order = await placed({ buyerId });
      done(await client().orders.send(order, 'ConfirmPayment', aPayment));
      const edit = (options: SendOptions) =>
        client().orders.send(order, 'EditReceiver', { buyerId, receiver: RECEIVER }, options);
      const expectedSection = { name: 'receiver', version: 1 };
      expect(await edit({})).toMatchObject({ outcome: 'refused', code: 'precondition-required' });
      expect(await edit({ expectedSection })).toMatchObject({ outcome: 'accepted', version: 3 });
      expect(await edit({ expectedSection })).toMatchObject({
        ...{ outcome: 'conflict', currentVersion: 3, currentSections: { payment: 2, receiver: 3 } },
      });
    },
    'that somebody has to answer for says who it is': async () => {
      const order = await placed({ lifecycle: 'terms' });
      done(await client().orders.send(order, 'ConfirmOrder', {}));
      const written = { region: 'payment', status: 'void', reason: 'gone' };
      const forgive = (said: SendOptions) =>
        client().orders.send(order, 'OverrideStatus', written, { expectedVersion: 2, ...said });
      expect(await forgive({})).toMatchObject({ outcome: 'refused', code: 'actor-required' });
      expect(await forgive({ actor: 'ann' })).toMatchObject({ outcome: 'accepted', version: 3 });
    },
    'is refused where only the engine itself may say it, and where nobody knows it': async () => {
      const order = await placed();
      const stream = { type: 'order', key: order };
      for (const type of ['TimeOutPayment', 'PlaceOrder', 'Levitate'])
        expect(await client().send(stream, type, {})).toMatchObject({
          ...{ outcome: 'refused', code: 'unknown-command' },
        });
    },
    'reaches a stream of another type': async () => {
      const stream = { type: 'stock', key: `TEA-${randomUUID()}@main` };
      const received = await client().send(stream, 'ReceiveStock', {
        ...{ quantity: 3, reference: 'note-1' },
      });
      expect(received).toMatchObject({ outcome: 'accepted', id: stream.key });
    },
    'whose caller has given up already rejects, and nothing is sent': async () => {
      const reason = new Error('the caller has gone');
      const signal = AbortSignal.abort(reason);
      await expect(client().orders.place(anOrder(), { signal })).rejects.toBe(reason);
    },
    'whose caller gives up is pending, and its key finds out': async () => {
      const order = anOrder();
      const given = new AbortController();
      const placing = client().orders.place(order, { signal: given.signal });
      given.abort();
      const result = await placing;
      expect(result).toMatchObject({ outcome: 'pending' });
      expect(done(await client().orders.place(order, { key: result.key })).version).toBe(1);
    },
    'that cannot be made rejects': async () => {
      const wrong = expect.objectContaining({ code: 'invalid-argument' });
      await expect(client().orders.place(anOrder(), { key: 'ключ' })).rejects.toThrow(wrong);
      await expect(client().send({ type: 'order', key: '' }, 'CancelOrder', {})).rejects.toThrow(wrong);
    },
  };
};

export type ClientContract = {
  readonly name: string;
  readonly open: () => Promise<Place>;
  readonly skip?: readonly Skip[];
  /** Whether anybody answers queries there; somebody does unless said. */
  readonly reads?: boolean;
  /** How long opening may take, ms. */
  readonly within?: number;
};

export const clientContract = ({
  name,
  open,
  skip = [],
  reads = true,
  within = 60_000,
}: ClientContract): void => {
  describe(`the client ${name}`, () => {
    let place: Place | undefined;
    let client: Client | undefined;
    const connected = (): Client => {
      if (client === undefined) throw new Error('not connected');
      return client;
    };
    beforeAll(async () => {
      place = await open();
      client = await connect(place.connection);
    }, within);
    afterAll(async () => {
      await client?.stop();
      await place?.stop();
    });
    const another = (options: Pick<ConnectOptions, 'timeoutMs'> = {}): Promise<Client> => {
      if (place === undefined) throw new Error('not open');
      return connect({ ...place.connection, ...options });
    };
    contractCases('a command', skip, sendingCases(connected));
    contractCases('a batch', skip, batchCases(connected));
    if (reads) {
      contractCases('a query', skip, readingCases(connected, another));
      contractCases('a search', skip, searchingCases(connected));
      contractCases('work', skip, workCases(connected));
      contractCases('calls to the outside', skip, effectCases(connected));
      contractCases('the past', skip, pastCases(connected));
    }
    contractCases('a consumer', skip, consumingCases(connected, another));
  });
};
