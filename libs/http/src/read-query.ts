import type { StreamRef } from '@orderloom/decider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { minPositionOf, tenantOf, waitOf } from './headers.ts';
import { refuse } from './problem.ts';

/** Where `Min-Position` comes without `Prefer: wait`, seconds. */
const DEFAULT_WAIT_S = 2;
const RETRY_AFTER_S = 1;

/** The tenant that a query is about; throws where there is none of that name. */
export const knownTenant = (edge: Edge, request: FastifyRequest): string => {
  const tenant = tenantOf(request.headers['tenant']);
  if (edge.engine.globalOf(tenant) === undefined)
    return refuse('unknown-tenant', 'There is no tenant of the name in the Tenant header');
  return tenant;
};

/** How long who says `Min-Position` waits for what belongs to it, ms. */
export const patienceOf = ({ headers }: FastifyRequest): number =>
  headers['min-position'] === undefined ? 0 : (waitOf(headers['prefer']) ?? DEFAULT_WAIT_S) * 1000;

/** Waits until the views show `Min-Position`; throws `position-not-reached` when the wait is over. */
export const awaitMinPosition = async (
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const position = minPositionOf(request.headers['min-position']);
  if (position === null) return;
  const preferred = waitOf(request.headers['prefer']);
  const seconds = preferred ?? DEFAULT_WAIT_S;
  if (preferred !== null) void reply.header('preference-applied', `wait=${preferred}`);
  if (await edge.engine.waitFor(position, seconds * 1000)) return;
  refuse('position-not-reached', `The views did not reach that position within ${seconds} s`, {
    retryAfter: RETRY_AFTER_S,
  });
};

/** Says which point of the log an answer out of the views reflects, and how old that is. */
export const noteAsOf = (edge: Edge, reply: FastifyReply): void => {
  const { index, lagMs } = edge.engine.asOf();
  void reply.header('as-of-position', String(index)).header('lag-ms', String(Math.round(lagMs)));
};

/** Answers with JSON that may be kept by the caller only, and asked for again before use. */
export const sendJson = (reply: FastifyReply, body: object): void => {
  void reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'private, no-cache')
    .send(JSON.stringify(body));
};

/** Throws what a reader is told of a stream that the views do not hold: it is not there, or not there yet. */
export const notInViews = (edge: Edge, stream: StreamRef): never => {
  if (edge.engine.versionOf(stream) === undefined)
    return refuse('unknown-stream', 'There is no such thing in this tenant');
  return refuse('position-not-reached', 'It exists, and the views do not show it yet', {
    retryAfter: RETRY_AFTER_S,
  });
};

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Parameters of a query, each at most once; throws where there is one that is not in `names`. */
export const parametersOf = (
  request: FastifyRequest,
  names: readonly string[],
): Readonly<Record<string, string>> => {
  const said: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.query as Query)) {
    if (!names.includes(name))
      return refuse('invalid-query', `There are the parameters ${names.join(', ')}; another one was sent`);
    if (typeof value !== 'string') return refuse('invalid-query', `${name} may be said once only`);
    said[name] = value;
  }
  return said;
};

/** Where a page goes on; `undefined`: at the top. Throws where the cursor is not one of that list and tenant. */
export const cursorIn = (
  edge: Edge,
  tenant: string,
  signedAs: string,
  cursor: string | undefined,
): string | undefined => {
  if (cursor === undefined) return undefined;
  const place = edge.cursors.read(tenant, signedAs, cursor);
  return place ?? refuse('invalid-cursor', 'The cursor was changed, or belongs to another list');
};

/** The cursor of the page behind; `null`: there is none. */
export const nextCursor = (
  { cursors }: Edge,
  tenant: string,
  signedAs: string,
  next: string | null,
): string | null => (next === null ? null : cursors.write(tenant, signedAs, next));

/** A whole number within bounds, or `otherwise` where the parameter was not sent. */
export const wholeNumber = (
  name: string,
  text: string | undefined,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number => {
  if (text === undefined) return otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    return refuse('invalid-query', `${name} must be a whole number from ${min} to ${max}`);
  return value;
};

/** How many are on a page of a list. */
export const pageLimit = (text: string | undefined): number =>
  wholeNumber('limit', text, { min: 1, max: 200, otherwise: 20 });
