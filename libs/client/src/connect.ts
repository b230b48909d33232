import { randomUUID } from 'node:crypto';
import type { Client, SendOptions } from './client.ts';
import { ClientError } from './client-error.ts';
import { startConsumer } from './consuming/consumer.ts';
import type { Consumer } from './consuming/follow-events.ts';
import { embeddedTransport, type EmbeddedEngine } from './embedded-transport.ts';
import type { HttpConnection } from './http/http-place.ts';
import { httpTransport } from './http/http-transport.ts';
import type { KafkaConnection } from './kafka/kafka-transport.ts';
import { readsOf } from './reading/reads.ts';
import type { Result } from './result.ts';
import { sendPatiently } from './sending.ts';
import type { Transport } from './transport.ts';

/** Where the engine is: exactly one of them. */
export type Connection =
  | { readonly embedded: EmbeddedEngine }
  | { readonly http: HttpConnection }
  | { readonly kafka: KafkaConnection };

export type ConnectOptions = Connection & {
  /** Default `main`. */
  readonly tenant?: string;
  /** Longest wait for an answer, ms: a command is `pending` then, a query rejects. */
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const KEY = /^[\x20-\x7e]{1,128}$/;
const ACTOR = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const STREAM_KEY = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]{1,256}$/u;

const checked = (what: string, text: string, form: RegExp): string => {
  if (!form.test(text)) throw new ClientError('invalid-argument', `${what} has the form ${form.source}`);
  return text;
};

/** What JSON would make of it: the same on every way to an engine. */
const asJson = (data: object): unknown => {
  try {
    return JSON.parse(JSON.stringify(data)) as unknown;
  } catch {
    throw new ClientError('invalid-argument', 'the data of a command is JSON');
  }
};

const transportOf = async (options: ConnectOptions, timeoutMs: number): Promise<Transport> => {
  if ('embedded' in options) return embeddedTransport(options.embedded);
  if ('http' in options) return httpTransport(options.http);
  // Loaded where it is asked for: nobody else pays for a Kafka client.
  const { kafkaTransport } = await import('./kafka/kafka-transport.ts');
  return kafkaTransport(options.kafka, timeoutMs);
};

/** Connects to an engine in this process, over HTTP or through its topics: the same calls, the same results. */
export const connect = async (options: ConnectOptions): Promise<Client> => {
  const tenant = checked('a tenant', options.tenant ?? 'main', TENANT);
  const { timeoutMs = TIMEOUT_MS } = options;
  const transport = await transportOf(options, timeoutMs);
  const consumers = new Set<Consumer>();
  let stopped = false;
  const checkRunning = (): void => {
    if (stopped) throw new ClientError('stopped', 'this client was stopped');
  };

  const send = async (
    stream: { readonly type: string; readonly key: string },
    { type, data }: { readonly type: string; readonly data: object },
    { key: given, expectedVersion, expectedSection, actor, signal }: SendOptions,
  ): Promise<Result> => {
    signal?.throwIfAborted();
    checkRunning();
    const key = checked('an idempotency key', given ?? randomUUID(), KEY);
    const prepared = transport.prepare({
      ...{ stream: { tenant, ...stream }, type, data: asJson(data), key },
      expectedVersion: expectedVersion ?? null,
      ...(expectedSection !== undefined && { expectedSection }),
      actor: actor === undefined ? null : checked('an actor', actor, ACTOR),
    });
    if (prepared.outcome !== 'prepared') return prepared;
    return sendPatiently(key, prepared.attempt, { timeoutMs, ...(signal !== undefined && { signal }) });
  };
  const toStream: Client['send'] = async (stream, type, data, options = {}) =>
    send({ ...stream, key: checked('a key', stream.key, STREAM_KEY) }, { type, data }, options);

  const { orders, ...reads } = readsOf({
    ...{ queries: transport.queries, tenant, timeoutMs },
    check: (key) => {
      checkRunning();
      checked('a key', key, STREAM_KEY);
    },
  });
  return {
    ...reads,
    orders: {
      ...orders,
      place: (data, options = {}) => send({ type: 'order', key: '' }, { type: 'PlaceOrder', data }, options),
      send: (orderId, type, data, options) => toStream({ type: 'order', key: orderId }, type, data, options),
    },
    send: toStream,
    consume: async (group, handler, options = {}) => {
      checked('a group', group, TENANT);
      const following = await transport.follow({ tenant, group, events: options.events });
      const consumer = startConsumer({ group, tenant, handler, ...following }, options);
      consumers.add(consumer);
      return consumer;
    },
    parked: transport.parked(tenant),
    stop: async () => {
      stopped = true;
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await transport.stop();
    },
  };
};
