import { request as httpRequest } from 'node:http';
import type { Projection } from '@orderloom/decider';
import {
  commandRequest,
  createEngine,
  createProjector,
  type Engine,
  inProcessViews,
  jsonCodec,
  memoryDisk,
  memoryEventLog,
  memoryViewStore,
} from '@orderloom/engine';
import { Registry } from 'prom-client';
import type { HttpOptions } from '../options.ts';
import { createHttpServer } from '../server.ts';
import { orderView, smallCommands, smallSearch, smallShop, smallViolations } from './small-shop.ts';

/** An answer as it came over the wire. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Sent = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
};

/** Sends one request on a connection of its own; `Host` and every other header can be anything. */
export const ask = (url: string, path: string, sent: Sent = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { body } = sent;
    const raw =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const call = httpRequest(
      new URL(url),
      {
        path,
        method: sent.method ?? (raw === undefined ? 'GET' : 'POST'),
        headers: sent.headers,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => void chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = /json/.test(response.headers['content-type'] ?? '') && text !== '';
          const parsed = json ? (JSON.parse(text) as Answer['body']) : {};
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
        });
      },
    );
    call.on('error', reject);
    call.end(raw);
  });

const smallEngine = async (): Promise<{ engine: Engine; head: () => number }> => {
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const projector = createProjector({ store, codec, registry: smallShop, projections: [orderView] });
  const log = memoryEventLog({ disk: memoryDisk() });
  const feed = await inProcessViews(projector, reader);
  const engine = await createEngine({ registry: smallShop, codec, log, feed });
  const stream = { tenant: 'main', type: 'tenant', key: 'main' };
  await engine.send(commandRequest({ stream, type: 'CreateTenant', data: {}, commandId: 'create main' }));
  return { engine, head: () => log.head() };
};

const CARD = /\b4111111111111111\b/;

/** The small shop behind HTTP, in memory, on a free port. `lines` is everything that it logged. */
export const serveSmallShop = async (changed: Partial<HttpOptions> = {}) => {
  const { engine, head } = await smallEngine();
  const lines: string[] = [];
  const log = (fields: object, message: string): void =>
    void lines.push(JSON.stringify({ ...fields, message }));
  const server = await createHttpServer({
    engine,
    prepareCommand: (streamType, commandType, data) => {
      const violations = smallViolations(streamType, commandType, data);
      return violations.length > 0
        ? { outcome: 'invalid', violations }
        : { outcome: 'valid', data: data as object };
    },
    holdsCardNumber: (text) => CARD.test(text),
    precheck: () => undefined,
    projectionOf: (type) => (type === 'order' ? (orderView as Projection) : undefined),
    timeOf: () => ({ now: Date.now(), isLive: true }),
    present: (_, { id, version, document }) => ({ orderId: id, version, ...(document as object) }),
    search: smallSearch,
    presentEvent: ({ version, type, data }) => ({ version, type, data }),
    describeLifecycle: (_, name) =>
      name === 'small'
        ? {
            name,
            version: 1,
            hash: 'h',
            statuses: { payment: ['due', 'paid', 'void'] },
            deadlines: [],
            fields: {},
            definition: {},
          }
        : undefined,
    commands: smallCommands,
    rejections: { 'order-closed': 'The order is closed', 'wrong-amount': 'The amount is wrong' },
    clock: () => Date.now(),
    idempotencyWindowMs: 30 * 86_400_000,
    cursorKey: new Uint8Array(32).fill(1),
    build: { version: '0.0.0', profile: 'memory', durability: 'none' },
    metrics: new Registry(),
    log: { warn: log, error: log },
    ...changed,
  });
  await server.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await server.close();
    await engine.stop();
  };
  return { server, engine, lines, head, close, url: server.url() };
};

export type SmallShop = Awaited<ReturnType<typeof serveSmallShop>>;

/** Headers of a write with that idempotency key. */
export const writing = (
  key: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  'content-type': 'application/json',
  'idempotency-key': `"${key}"`,
  ...more,
});
