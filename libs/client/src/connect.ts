import { randomUUID } from 'node:crypto';
import type { BatchCommand, Client, SendOptions } from './client.ts';
import { ClientError } from './client-error.ts';
import { startConsumer } from './consuming/consumer.ts';
import type { Consumer } from './consuming/follow-events.ts';
import { embeddedTransport, type EmbeddedEngine } from './embedded-transport.ts';
import type { HttpConnection } from './http/http-place.ts';
import { httpTransport } from './http/http-transport.ts';
import type { KafkaConnection } from './kafka/kafka-transport.ts';
import { readsOf } from './reading/reads.ts';
import { redriveWith } from './redriving/effect-work.ts';
import type { Result } from './result.ts';
import { sendPatiently } from './sending.ts';
import type { Outgoing, Transport } from './transport.ts';

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
const LONGEST_BATCH = 500;
/** Where a command goes that makes its stream. */
const NEW_ORDER = { type: 'order', key: '' };
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

  const outgoing = ({ stream, type, data, ...said }: BatchCommand): Outgoing => {
    const { key, expectedVersion, expectedSection, actor } = said;
    if (stream !== undefined) checked('a key', stream.key, STREAM_KEY);
    return {
      ...{ stream: { tenant, ...(stream ?? NEW_ORDER) }, type, data: asJson(data) },
      key: checked('an idempotency key', key ?? randomUUID(), KEY),
      expectedVersion: expectedVersion ?? null,
      ...(expectedSection !== undefined && { expectedSection }),
      actor: actor === undefined ? null : checked('an actor', actor, ACTOR),
    };
  };
  const patience = ({ signal }: Pick<SendOptions, 'signal'>) => {
    signal?.throwIfAborted();
    checkRunning();
    return { timeoutMs, ...(signal !== undefined && { signal }) };
  };
  const send = async (command: BatchCommand, options: SendOptions): Promise<Result> => {
    const limits = patience(options);
    const said = outgoing({ ...options, ...command });
    const prepared = transport.prepare(said);
    return prepared.outcome === 'prepared' ? sendPatiently(said.key, prepared.attempt, limits) : prepared;
  };
  const toStream: Client['send'] = async (stream, type, data, options = {}) =>
    send({ stream, type, data }, options);

  const sendAll: Client['sendAll'] = async (commands, options = {}) => {
    const limits = patience(options);
    if (commands.length < 1 || commands.length > LONGEST_BATCH)
      throw new ClientError('invalid-argument', `a batch has 1 to ${LONGEST_BATCH} commands`);
    return transport.sendAll(commands.map(outgoing), limits);
  };

  const { orders, work, effects, ...reads } = readsOf({
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
      place: (data, options = {}) => send({ type: 'PlaceOrder', data }, options),
      send: (orderId, type, data, options) => toStream({ type: 'order', key: orderId }, type, data, options),
    },
    work: {
      ...work,
      claim: (orderId, { actor, ...data }, options) =>
        toStream({ type: 'order', key: orderId }, 'ClaimWork', data, { ...options, actor }),
      release: (orderId, { actor, ...data }, options) =>
        toStream({ type: 'order', key: orderId }, 'ReleaseWork', data, { ...options, actor }),
    },
    effects: { ...effects, redrive: redriveWith(effects.list, sendAll) },
    send: toStream,
    sendAll,
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
