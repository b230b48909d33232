import { sectionText } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { Result, TryAgain } from '../result.ts';
import type { Outgoing, Transport } from '../transport.ts';
import { httpParked } from './http-parked.ts';
import { collectionPath, streamPath } from './address.ts';
import { sendBatch } from './http-batch.ts';
import { httpFollowing } from './http-following.ts';
import { httpPlace, type HttpConnection } from './http-place.ts';
import { httpQueries } from './http-queries.ts';
import { answerOf, bodyOf, readAnswer, unreachable } from './read-answer.ts';

const addressOf = (stream: Outgoing['stream']): string =>
  stream.key === '' ? collectionPath(stream.type) : `${streamPath(stream)}/commands`;

const contentOf = ({ stream, type, data, expectedVersion, actor }: Outgoing): unknown => {
  const said = actor !== null && { actor };
  return stream.key === ''
    ? { ...(data as object), ...said }
    : { type, data, ...(expectedVersion !== null && { expectedVersion }), ...said };
};

/** RFC 9651 string. */
const quoted = (key: string): string => `"${key.replaceAll(/["\\]/g, '\\$&')}"`;

/** Commands as requests, events as a stream of them. */
export const httpTransport = (connection: HttpConnection): Transport => {
  const { base, headers } = httpPlace(connection);
  const post = async (command: Outgoing, body: string, signal: AbortSignal): Promise<Result | TryAgain> => {
    const { stream, key, expectedSection } = command;
    const said = {
      tenant: stream.tenant,
      'idempotency-key': quoted(key),
      'content-type': 'application/json',
      ...(expectedSection !== undefined && { 'if-match': `"${sectionText(expectedSection)}"` }),
    };
    try {
      const response = await fetch(base + addressOf(stream), {
        ...{ method: 'POST', headers: { ...headers, ...said }, body, signal },
      });
      const answer = await answerOf(response);
      return readAnswer(answer, bodyOf(answer.text), { key, prefix: stream.key === '' ? '' : '/data' });
    } catch (error) {
      if (error instanceof ClientError) throw error;
      return unreachable(base);
    }
  };
  return {
    prepare: (command) => {
      const body = JSON.stringify(contentOf(command));
      return { outcome: 'prepared', attempt: (signal) => post(command, body, signal) };
    },
    sendAll: (commands, patience) => sendBatch({ base, headers }, commands, patience),
    queries: httpQueries({ base, headers }),
    follow: (member) => httpFollowing({ base, headers }, member),
    parked: (tenant) => httpParked({ base, headers }, tenant),
    stop: async () => undefined,
  };
};
