import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import { commandRequest } from '@orderloom/engine';

/** Commands behind the snapshot, of each order one in so many. */
const TAIL = 20;
/** Payments of each order that fail: with its placement, four commands are remembered of it. */
const FAILURES = 3;
const IN_FLIGHT = 256;
const TENANT = 'main';

const LINES = [1, 2].map((number) => ({
  lineId: String(number),
  sku: `SKU-${number}`,
  quantity: number,
  unitPrice: 1999,
  discount: 0,
  tax: null,
}));
const TOTAL = 3 * 1999;

const sender =
  ({ engine }: Embedded) =>
  async (key: string, type: string, commandId: string, data: object): Promise<string> => {
    const stream = { tenant: TENANT, type: 'order', key };
    const result = await engine.send(commandRequest({ stream, type, commandId, data }));
    if (result.outcome !== 'accepted') throw new Error(`${commandId} was answered ${result.outcome}`);
    return result.stream.key;
  };

type Send = ReturnType<typeof sender>;

const place = (send: Send, order: number): Promise<string> =>
  send('', 'PlaceOrder', `place-${order}`, {
    ...{ buyerId: `buyer-${order}`, merchantId: null, lifecycle: 'retail', currency: 'EUR', lines: LINES },
    ...{ shipping: 0, fees: 0, discount: 0, total: TOTAL, receiver: null, externalId: null },
    allowRepeat: false,
    fields: {},
  });

const failPayment = (send: Send, key: string, commandId: string): Promise<string> =>
  send(key, 'ReportPaymentFailure', commandId, {
    ...{ paymentId: commandId, provider: 'example-pay', reason: 'declined' },
  });

/** So many callers, each with its next order when the one before is done. */
const forEachOrder = async (count: number, work: (order: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
};

/** Leaves a folder in which so many orders wait for their payment, with a snapshot and a tail behind it. */
export const fill = async (folder: string, orders: number): Promise<void> => {
  const keys = new Array<string>(orders).fill('');
  const first = await openEmbedded({ folder });
  await ensureTenant(first.engine, TENANT);
  const send = sender(first);
  await forEachOrder(orders, async (order) => {
    const key = await place(send, order);
    keys[order] = key;
    for (let failure = 1; failure <= FAILURES; failure++)
      await failPayment(send, key, `failure-${order}-${failure}`);
  });
  await first.engine.settled();
  await first.stop();
  const snapshot = join(folder, 'snapshot.bin');
  cpSync(snapshot, `${snapshot}.kept`);
  const second = await openEmbedded({ folder });
  await forEachOrder(Math.ceil(orders / TAIL), async (order) => {
    await failPayment(sender(second), keys[order * TAIL] ?? '', `tail-${order}`);
  });
  await second.engine.settled();
  await second.stop();
  cpSync(`${snapshot}.kept`, snapshot);
};
