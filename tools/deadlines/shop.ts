import { join } from 'node:path';
import type { RecordedEvent } from '@orderloom/decider';
import { builtProgram } from '../promises/app.ts';
import { write } from '../promises/ask.ts';
import { startProgram } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';

/** An engine over HTTP that a test stops, lets go on, and kills. */
export type Served = {
  readonly url: string;
  /** When it was seen to serve, ms since 1970. */
  readonly readyAt: number;
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** kill -9; resolves with the instant at which it was gone. */
  readonly kill: () => Promise<number>;
};

const SERVES = /^Orderloom serves (http\S+)$/m;

const served = async (args: readonly string[]): Promise<Served> => {
  const { child, ended, over, output } = startProgram(args);
  const url = await until('the engine to serve', () => {
    if (over()) throw new Error(`the engine has ended:\n${output()}`);
    return SERVES.exec(output())?.[1];
  });
  return {
    url,
    readyAt: Date.now(),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      return Date.now();
    },
  };
};

/** The product: `node apps/command-service/dist/main.js`. */
export const serve = (folder: string): Promise<Served> =>
  served([builtProgram('command-service'), '--data', folder, '--port', '0']);

/** The same with ripe deadlines before the commands that wait. */
export const serveEagerDeadlines = (folder: string): Promise<Served> =>
  served([join(import.meta.dirname, 'eager-deadlines.ts'), folder]);

export const PRICE = 1_250;

/** Sets how long an order of `main` waits for its payment. */
export const setPaymentTimeout = async (url: string, ms: number): Promise<void> => {
  const said = { type: 'SetPolicy', data: { paymentTimeoutMs: ms } };
  const { status, text } = await write(url, '/v1/tenants/main/commands', `timeout-${String(ms)}`, said);
  if (status !== 200) throw new Error(text);
};

/** Runs `act` for 0 … count-1, at most `atOnce` at a time; the results in that order. */
export const inFlight = async <T>(
  count: number,
  atOnce: number,
  act: (n: number) => Promise<T>,
): Promise<readonly T[]> => {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) results[n] = await act(n);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
};

/** Places order `n` of as many guests; gives its id. */
export const place = async (url: string, n: number): Promise<string> => {
  const order = {
    buyerId: null,
    merchantId: null,
    lifecycle: 'retail',
    currency: 'EUR',
    lines: [{ lineId: 'a', sku: 'TEA-1', quantity: 1, unitPrice: PRICE, discount: 0, tax: null }],
    total: PRICE,
  };
  const { status, text, body } = await write(url, '/v1/orders', `place-${String(n)}`, order);
  if (status !== 201) throw new Error(text);
  return String(body['orderId']);
};

/** The payment of an order, as a command over HTTP. */
export const payment = (orderId: string) => ({
  type: 'ConfirmPayment',
  data: { paymentId: `payment-${orderId}`, amount: PRICE, currency: 'EUR', provider: 'bank' },
});

/** Pays an order, always with the same key. */
export const pay = (url: string, orderId: string): ReturnType<typeof write> =>
  write(url, `/v1/orders/${orderId}/commands`, `pay-${orderId}`, payment(orderId));

/** What the log says of one retail order. */
export type OrderStory = {
  readonly due: number;
  readonly paid: number;
  /** When each time-out was recorded, ms since 1970. */
  readonly timedOut: number[];
};

/** Every order of a log, by id; from the events alone. */
export const orderStories = (events: Iterable<RecordedEvent>): ReadonlyMap<string, OrderStory> => {
  const stories = new Map<string, OrderStory>();
  for (const { stream, type, data, recordedAt } of events) {
    if (stream.type !== 'order') continue;
    const story = stories.get(stream.key) ?? { due: 0, paid: 0, timedOut: [] };
    if (type === 'OrderPlaced') stories.set(stream.key, { ...story, due: (data as { due: number }).due });
    else if (type === 'PaymentConfirmed') stories.set(stream.key, { ...story, paid: story.paid + 1 });
    else if (type === 'PaymentTimedOut') story.timedOut.push(recordedAt);
  }
  return stories;
};
