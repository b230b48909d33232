// A deadline never overtakes what reached the engine before it: a payment that waits in a socket of a stopped process
// is read before the order is cancelled. Without that rule the same run cancels paid orders.
import { afterAll, describe, expect, test } from '@jest/globals';
import { readEvents } from '../promises/read-events.ts';
import { aFolder, cleanUp } from '../promises/scratch.ts';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { postText, rawConnection, type RawConnection } from './raw-connection.ts';
import {
  inFlight,
  orderStories,
  pay,
  payment,
  place,
  serve,
  serveEagerDeadlines,
  setPaymentTimeout,
  type Served,
} from './shop.ts';

const ORDERS = size(200, 1_000);
const STOPPED_MS = size(6_000, 60_000);
const TIMEOUT_MS = size(4_000, 20_000);
/** Connections that are open before the stop, and take several payments each. */
const KEPT = 25;

afterAll(cleanUp);

const paymentText = (url: string, orderId: string) =>
  postText(url, `/v1/orders/${orderId}/commands`, `pay-${orderId}`, payment(orderId));

type Way = (url: string, orderId: string) => Promise<{ readonly finish: () => Promise<RawConnection> }>;

/** What is ready before the stop, and what is written while the process stands still. */
const onNewConnection: Way = async (url, orderId) => ({
  finish: async () => {
    const connection = await rawConnection(url);
    const { head, body } = paymentText(url, orderId);
    connection.write(head + body);
    return connection;
  },
});

const halfWritten: Way = async (url, orderId) => {
  const connection = await rawConnection(url);
  const { head, body } = paymentText(url, orderId);
  connection.write(head);
  return {
    finish: async () => {
      connection.write(body);
      return connection;
    },
  };
};

/** Several payments one behind the other on each of a few connections. */
const onKeptConnections = async (url: string, orderIds: readonly string[]) => {
  const kept = await Promise.all(Array.from({ length: KEPT }, () => rawConnection(url)));
  for (const connection of kept)
    connection.write(`GET /healthz HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  await Promise.all(kept.map((connection) => connection.answers(1)));
  return {
    finish: () => {
      for (const [n, orderId] of orderIds.entries()) {
        const { head, body } = paymentText(url, orderId);
        kept[n % KEPT]!.write(head + body);
      }
      return kept.map((connection, k) => ({
        connection,
        payments: orderIds.filter((_, n) => n % KEPT === k).length,
      }));
    },
  };
};

/** Stops the process until every order's payment is late, and brings all payments while it stands still. */
const payWhileStopped = async (folder: string, engine: Served) => {
  const { url } = engine;
  await setPaymentTimeout(url, TIMEOUT_MS);
  const orderIds = await inFlight(ORDERS, 32, (n) => place(url, n));
  const share = Math.floor(ORDERS / 5);
  const halves = await inFlight(share, 16, (n) => halfWritten(url, orderIds[n]!));
  const fresh = await inFlight(2 * share, 16, (n) => onNewConnection(url, orderIds[share + n]!));
  const kept = await onKeptConnections(url, orderIds.slice(3 * share));
  engine.freeze();
  const frozenAt = Date.now();
  const many = kept.finish();
  const single = await Promise.all([...halves, ...fresh].map(({ finish }) => finish()));
  const lastDue = Math.max(...[...orderStories(readEvents(folder)).values()].map(({ due }) => due));
  await until(
    'all payments to be late',
    () => Date.now() > Math.max(lastDue + 500, frozenAt + STOPPED_MS),
    120_000,
  );
  engine.thaw();
  await Promise.all([
    ...many.map(({ connection, payments }) => connection.answers(1 + payments)),
    ...single.map((connection) => connection.answers(1)),
  ]);
  for (const connection of [...many.map((one) => one.connection), ...single]) connection.close();
  // A request that took longer than the server lets requests take was answered 408, whatever became of it: its sender
  // asks again with the same key, as all do here.
  const answers = await inFlight(ORDERS, 16, (n) => pay(url, orderIds[n]!));
  const stories = [...orderStories(readEvents(folder)).values()];
  return {
    late: stories.filter(({ due }) => due > frozenAt && due < frozenAt + STOPPED_MS).length,
    acknowledged: answers.filter(({ status }) => status === 200).length,
    paid: stories.filter(({ paid }) => paid === 1).length,
    cancelled: stories.filter(({ timedOut }) => timedOut.length > 0).length,
  };
};

describe('a process that is stopped while payments arrive', () => {
  test.concurrent(
    'finds every one of them paid, and cancels nothing',
    async () => {
      const folder = aFolder();
      const outcome = await payWhileStopped(folder, await serve(folder));
      expect(outcome).toEqual({ late: ORDERS, acknowledged: ORDERS, paid: ORDERS, cancelled: 0 });
    },
    STOPPED_MS + 60_000,
  );

  test.concurrent(
    'cancels paid orders where deadlines come first (null control)',
    async () => {
      const folder = aFolder();
      const outcome = await payWhileStopped(folder, await serveEagerDeadlines(folder));
      expect(outcome.late).toBe(ORDERS);
      expect(outcome.cancelled).toBeGreaterThan(0);
      expect(outcome.paid).toBe(ORDERS - outcome.cancelled);
    },
    STOPPED_MS + 60_000,
  );
});
