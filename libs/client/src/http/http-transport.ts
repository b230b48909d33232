import { ClientError } from '../client-error.ts';
import type { Result, TryAgain } from '../result.ts';
import type { Outgoing, Transport } from '../transport.ts';
import { httpParked } from './http-parked.ts';
import { httpFollowing } from './http-following.ts';
import { readAnswer } from './read-answer.ts';

/** Where an engine listens. */
export type HttpConnection = {
  readonly url: string;
  /** Sent with every request, for a proxy that authenticates. */
  readonly headers?: Readonly<Record<string, string>>;
};

const COLLECTIONS: Readonly<Record<string, string>> = {
  ...{ order: 'orders', stock: 'stock', parcel: 'parcels', buyer: 'buyers', tenant: 'tenants', job: 'jobs' },
};

const addressOf = ({ type, key }: Outgoing['stream']): string =>
  key === ''
    ? '/v1/orders'
    : `/v1/${COLLECTIONS[type] ?? encodeURIComponent(type)}/${encodeURIComponent(key)}/commands`;

const bodyOf = ({ stream, type, data, expectedVersion }: Outgoing): unknown =>
  stream.key === '' ? data : { type, data, ...(expectedVersion !== null && { expectedVersion }) };

/** RFC 9651 string. */
const quoted = (key: string): string => `"${key.replaceAll(/["\\]/g, '\\$&')}"`;

/** Commands as requests, events as a stream of them. */
export const httpTransport = ({ url, headers = {} }: HttpConnection): Transport => {
  const base = url.replace(/\/+$/, '');
  const post = async (command: Outgoing, body: string, signal: AbortSignal): Promise<Result | TryAgain> => {
    const { stream, key } = command;
    const said = {
      tenant: stream.tenant,
      'idempotency-key': quoted(key),
      'content-type': 'application/json',
    };
    try {
      const response = await fetch(base + addressOf(stream), {
        ...{ method: 'POST', headers: { ...headers, ...said }, body, signal },
      });
      const answer = {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        text: await response.text(),
      };
      return readAnswer(answer, { key, prefix: stream.key === '' ? '' : '/data' });
    } catch (error) {
      if (error instanceof ClientError) throw error;
      // Whether the request arrived is not known: the same key finds out.
      return { outcome: 'again', code: 'unreachable', reason: `no answer from ${base}` };
    }
  };
  return {
    prepare: (command) => {
      const body = JSON.stringify(bodyOf(command));
      return { outcome: 'prepared', attempt: (signal) => post(command, body, signal) };
    },
    follow: (member) => httpFollowing({ base, headers }, member),
    parked: (tenant) => httpParked({ base, headers }, tenant),
    stop: async () => undefined,
  };
};
