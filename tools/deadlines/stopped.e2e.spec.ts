// A deadline never overtakes what reached the engine before it: a payment that waits in a socket of a stopped process
// is read before the order is cancelled. Without that rule the same run cancels paid orders.
import { afterAll, describe, expect, test } from '@jest/globals';
import { inTime } from '../promises/in-time.ts';
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
/** All orders are placed, and what is half written is, before the first of them is due; else it is tried with longer. */
const TIMEOUT_MS = size(6_000, 20_000);
/** The process stands still for so long at the least, and for so long behind the last order's due time. */
const [STOPPED_MS, LATE_MS] = [size(8_000, 60_000), 2_000];
const WITHIN_MS = STOPPED_MS + 300_000;
/** Connections that are open before the stop, and take several payments each. */
const KEPT = 25;

afterAll(cleanUp);

const paymentText = (url: string, orderId: string) =>
  postText(url, `/v1/orders/${orderId}/commands`, `pay-${orderId}`, payment(orderId));

/** What is ready before the stop, and what is written while the process stands still. */
type Way = { readonly finish: () => Promise<RawConnection> };

const onNewConnection = (url: string, orderId: string): Way => ({
  finish: async () => {
    const connection = await rawConnection(url);
    const { head, body } = paymentText(url, orderId);
    connection.write(head + body);
    return connection;
  },
});

const halfWritten = (connection: RawConnection, url: string, orderId: string): Way => {
  const { head, body } = paymentText(url, orderId);
  connection.write(head);
  return {
    finish: async () => {
      connection.write(body);
      return connection;
    },
  };
};

/** A few connections that have had an answer already. */
const keptConnections = async (url: string): Promise<readonly RawConnection[]> => {
  const kept = await inFlight(KEPT, KEPT, () => rawConnection(url));
  for (const connection of kept)
    connection.write(`GET /healthz HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  await Promise.all(kept.map((connection) => connection.answers(1)));
  return kept;
};

/** Several payments one behind the other on each of them. */
const payOnKept = (kept: readonly RawConnection[], url: string, orderIds: readonly string[]) => {
  for (const [n, orderId] of orderIds.entries()) {
    const { head, body } = paymentText(url, orderId);
    kept[n % KEPT]!.write(head + body);
  }
  return kept.map((connection, k) => ({
    connection,
    payments: orderIds.filter((_, n) => n % KEPT === k).length,
  }));
};

type Start = (folder: string) => Promise<Served>;

/**
 * Stops a process until every order's payment is late, and brings all payments while it stands still; `undefined`: an
 * order was due before it stood still.
 */
const payWhileStopped = async (start: Start, timeoutMs: number) => {
  const folder = aFolder();
  const engine = await start(folder);
  const { url } = engine;
  const share = Math.floor(ORDERS / 5);
  const waiting = await inFlight(share, 16, () => rawConnection(url));
  const kept = await keptConnections(url);
  await setPaymentTimeout(url, timeoutMs);
  const firstDue = Date.now() + timeoutMs;
  const orderIds = await inFlight(ORDERS, 32, (n) => place(url, n));
  const halves = waiting.map((connection, n) => halfWritten(connection, url, orderIds[n]!));
  const fresh = orderIds.slice(share, 3 * share).map((orderId) => onNewConnection(url, orderId));
  engine.freeze();
  const frozenAt = Date.now();
  if (frozenAt > firstDue) {
    await engine.kill();
    return undefined;
  }
  const stoppedMs = Math.max(STOPPED_MS, timeoutMs + LATE_MS);
  const many = payOnKept(kept, url, orderIds.slice(3 * share));
  const single = await Promise.all([...halves, ...fresh].map(({ finish }) => finish()));
  await until('all payments to be late', () => Date.now() > frozenAt + stoppedMs, 2 * stoppedMs);
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
    late: stories.filter(({ due }) => due > frozenAt && due < frozenAt + stoppedMs).length,
    acknowledged: answers.filter(({ status }) => status === 200).length,
    paid: stories.filter(({ paid }) => paid === 1).length,
    cancelled: stories.filter(({ timedOut }) => timedOut.length > 0).length,
  };
};

describe('a process that is stopped while payments arrive', () => {
  test.concurrent(
    'finds every one of them paid, and cancels nothing',
    async () => {
      const outcome = await inTime(TIMEOUT_MS, (ms) => payWhileStopped(serve, ms));
      expect(outcome).toEqual({ late: ORDERS, acknowledged: ORDERS, paid: ORDERS, cancelled: 0 });
    },
    WITHIN_MS,
  );

  test.concurrent(
    'cancels paid orders where deadlines come first (null control)',
    async () => {
      const outcome = await inTime(TIMEOUT_MS, (ms) => payWhileStopped(serveEagerDeadlines, ms));
      expect(outcome.late).toBe(ORDERS);
      expect(outcome.cancelled).toBeGreaterThan(0);
      expect(outcome.paid).toBe(ORDERS - outcome.cancelled);
    },
    WITHIN_MS,
  );
});
