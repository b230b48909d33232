import type { StreamRef } from '@orderloom/decider';
import { underItsKey, type StoredDocument } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { saidTenantOf } from './headers.ts';
import { ownStream } from './other-names.ts';
import { refuse } from './problem.ts';
import { COLLECTION_OF, streamOf } from './streams.ts';

/** An accepted command as the views show it; `status` is that of the stream now. */
export type ShownCommand = {
  readonly stream: StreamRef;
  readonly version: number;
  readonly status: unknown;
};

/** Where a command went, as whoever asks about it knows: to a stream, or into an order that it made for a buyer. */
export const WHERE = ['stream', 'buyer'] as const;

/** Orders of a buyer that are looked at, the newest ones. */
const MOST_ORDERS = 50;
const PAGE = 500;
/** Pages of one stream's history that are looked through. */
const MOST_PAGES = 20;

/** The version to which the command has brought the stream; `undefined`: its history has no such command. */
const versionOf = async (
  { engine }: Edge,
  stream: StreamRef,
  commandId: string,
): Promise<number | undefined> => {
  let after = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const events = await engine.history(stream, after, PAGE);
    const own = events.findLast((event) => event.commandId === commandId && event.hops === 0);
    if (own !== undefined) return own.version;
    if (events.length < PAGE) return undefined;
    after += PAGE;
  }
  return undefined;
};

const statusOf = (edge: Edge, type: string, stored: StoredDocument | undefined, tenant: string): unknown =>
  stored === undefined
    ? null
    : ((edge.present(type, stored, tenant) as { readonly status?: unknown }).status ?? null);

const inStream = async (
  edge: Edge,
  stream: StreamRef,
  commandId: string,
): Promise<readonly ShownCommand[]> => {
  const version = await versionOf(edge, stream, commandId);
  if (version === undefined) return [];
  const stored = await edge.engine.get(stream.type, stream.tenant, stream.key);
  return [{ stream, version, status: statusOf(edge, stream.type, stored, stream.tenant) }];
};

/** An order is made by its first event: nothing else of its history is read. */
const ofBuyer = async (
  edge: Edge,
  { tenant, buyer }: { readonly tenant: string; readonly buyer: string },
  commandId: string,
): Promise<readonly ShownCommand[]> => {
  const { documents } = await edge.engine.list('order', tenant, `buyer:${buyer}`, null, MOST_ORDERS);
  for (const stored of documents) {
    const stream = { tenant, type: 'order', key: underItsKey(stored, tenant).id };
    const [first] = await edge.engine.history(stream, 0, 1);
    if (first?.commandId === commandId)
      return [{ stream, version: first.version, status: statusOf(edge, 'order', stored, tenant) }];
  }
  return [];
};

const streamIn = (said: string, request: FastifyRequest): StreamRef => {
  const slash = said.indexOf('/');
  const [type, key] = [said.slice(0, Math.max(0, slash)), said.slice(slash + 1)];
  return COLLECTION_OF.has(type)
    ? streamOf(type, key, saidTenantOf(request.headers['tenant']))
    : refuse(
        'invalid-query',
        `stream is a type and a key, as order/ID; types are ${[...COLLECTION_OF.keys()].join(', ')}`,
      );
};

/**
 * Accepted commands of that id where they are said to have gone, as the views show them: for a process that does not decide
 * there. O(history of the stream), or of 50 orders the first event each.
 */
export const findCommand = async (
  edge: Edge,
  request: FastifyRequest,
  {
    tenant,
    commandId,
    stream,
    buyer,
  }: Readonly<Record<string, string>> & { readonly tenant: string; readonly commandId: string },
): Promise<readonly ShownCommand[]> => {
  if (stream !== undefined && buyer !== undefined)
    return refuse('invalid-query', 'stream and buyer are said one at a time');
  if (stream !== undefined)
    return inStream(edge, await ownStream(edge, request, streamIn(stream, request)), commandId);
  if (buyer !== undefined) return ofBuyer(edge, { tenant, buyer }, commandId);
  return refuse(
    'not-available',
    'Another process may have decided it: say where it went, stream=order/ID, or whose order it made, buyer=ID',
  );
};
