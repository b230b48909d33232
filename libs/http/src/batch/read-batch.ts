import type { CommandRequest } from '@orderloom/engine';
import type { StreamRef } from '@orderloom/decider';
import type { FastifyRequest } from 'fastify';
import type { Edge } from '../edge.ts';
import { isIdempotencyKey, saidTenantOf, type SaidTenant } from '../headers.ts';
import { bodyOf, isObject, soundMembers, violation, type Members } from '../json-members.ts';
import { LONGEST_BATCH } from './longest-batch.ts';
import { isOtherName, ownStream } from '../other-names.ts';
import { refuse } from '../problem.ts';
import { commandIn, refuseCardNumber } from '../read-command.ts';
import { COLLECTION_OF, streamOf } from '../streams.ts';
import { traceparentIn } from '../trace.ts';

/** The items of a batch, which may be anything. Throws a problem where the body is no batch. */
export const itemsOf = (request: FastifyRequest): readonly unknown[] => {
  const { commands, ...others } = bodyOf(request);
  if (Object.keys(others).length > 0) return violation('', 'must have no members but commands');
  if (!Array.isArray(commands) || commands.length === 0 || commands.length > LONGEST_BATCH)
    return violation('/commands', `must be a list of 1 to ${LONGEST_BATCH} commands`);
  return commands;
};

/** What all items of a request have in common. */
export type BatchSender = {
  readonly tenant: SaidTenant;
  readonly traceparent: string | null;
  /** As `unsoundPlace` takes it. */
  readonly escapes: boolean | undefined;
  readonly ownStreams: OwnStreams;
};

export const senderOf = (request: FastifyRequest, ownStreams: OwnStreams): BatchSender => ({
  tenant: saidTenantOf(request.headers['tenant']),
  traceparent: traceparentIn(request),
  escapes: request.escapes,
  ownStreams,
});

const keyIn = (value: unknown): string => {
  if (value === undefined) return refuse('idempotency-key-required', 'idempotencyKey is missing');
  return typeof value === 'string' && isIdempotencyKey(value)
    ? value
    : violation('/idempotencyKey', 'must be a text of 1 to 128 printable ASCII characters');
};

const isAddress = (value: unknown): value is { readonly type: string; readonly key: string } =>
  isObject(value) &&
  typeof value['type'] === 'string' &&
  typeof value['key'] === 'string' &&
  Object.keys(value).length === 2;

/** Where an item goes; a command that makes its stream says nothing. */
const streamIn = (value: unknown, tenant: SaidTenant): StreamRef => {
  if (value === undefined) return { tenant: tenant.name, type: 'order', key: '' };
  if (!isAddress(value)) return violation('/stream', 'must have a type and a key, and nothing else');
  if (!COLLECTION_OF.has(value.type))
    return violation('/stream/type', `must be one of ${[...COLLECTION_OF.keys()].join(', ')}`);
  return streamOf(value.type, value.key, tenant);
};

const ifMatchIn = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string'
    ? value
    : violation('/ifMatch', 'must be a text, as the header If-Match has it');

const membersIn = (item: unknown, escapes: boolean | undefined): Members =>
  isObject(item) ? soundMembers(item, escapes) : violation('', 'must be one JSON object');

/** The streams behind other names, as far as items use them; a name that leads nowhere gives its problem. */
export type OwnStreams = ReadonlyMap<string, () => StreamRef>;

/** Looks up every other name that items use, each once. */
export const ownStreamsOf = async (
  edge: Edge,
  request: FastifyRequest,
  items: readonly unknown[],
): Promise<OwnStreams> => {
  const { name: tenant } = saidTenantOf(request.headers['tenant']);
  const named = new Map<string, StreamRef>();
  for (const item of items) {
    const said = isObject(item) ? item['stream'] : undefined;
    const stream = isAddress(said) && { tenant, type: said.type, key: said.key };
    if (stream !== false && isOtherName(edge, stream)) named.set(stream.key, stream);
  }
  if (named.size === 0) return new Map();
  const lookUp = async ([key, stream]: [string, StreamRef]): Promise<[string, () => StreamRef]> => {
    try {
      const own = await ownStream(edge, request, stream);
      return [key, () => own];
    } catch (error) {
      return [
        key,
        () => {
          throw error;
        },
      ];
    }
  };
  return new Map(await Promise.all([...named].map(lookUp)));
};

/** The command of an item. Throws the problem that a request of its own would be answered with. */
export const itemCommand = (
  edge: Edge,
  item: unknown,
  { tenant, traceparent, escapes, ownStreams }: BatchSender,
): CommandRequest => {
  const { stream, idempotencyKey, ifMatch, ...body } = membersIn(item, escapes);
  const to = streamIn(stream, tenant);
  refuseCardNumber(edge, to);
  return commandIn(
    edge,
    { commandId: keyIn(idempotencyKey), ifMatch: ifMatchIn(ifMatch), body, traceparent },
    isOtherName(edge, to) ? (ownStreams.get(to.key)?.() ?? to) : to,
  );
};
