import { type CommandRequest, commandRequest } from '@orderloom/engine';
import type { StreamRef } from '@orderloom/decider';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { idempotencyKeyOf, ifMatchOf } from './headers.ts';
import { instantOf } from './instant.ts';
import { membersOf, violation, type Members } from './json-members.ts';
import { ProblemError, refuse } from './problem.ts';
import { rejectionProblem } from './rejection-problem.ts';
import { CREATIONS } from './streams.ts';
import { traceparentIn } from './trace.ts';

/** What a body may say beside the command: who, through what, and when by the caller's own clock. */
const ENVELOPE = ['occurredAt', 'actor', 'channel', 'businessLine', 'correlation'] as const;

/** A command as a caller says it: a request's headers and body, or an item of a batch. */
export type SaidCommand = {
  readonly commandId: string;
  /** As the header has it. */
  readonly ifMatch: string | undefined;
  readonly body: Members;
  readonly traceparent: string | null;
};

const saidIn = (request: FastifyRequest): SaidCommand => {
  const commandId = idempotencyKeyOf(request.headers['idempotency-key']);
  const body = membersOf(request);
  const ifMatch = request.headers['if-match'];
  return { commandId, ifMatch, body, traceparent: traceparentIn(request) };
};

const ENVELOPE_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** A card number must not stand in a log for ever, not even as the name of something. */
export const refuseCardNumber = (edge: Edge, { key }: StreamRef): void => {
  if (edge.holdsCardNumber(key)) refuse('invalid-key', 'A key must not hold a payment card number');
};

/** How far a caller's clock may be ahead of this server's, ms. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

const occurredAtOf = (value: unknown, now: number): number | null => {
  if (value === undefined || value === null) return null;
  const instant = typeof value === 'string' ? instantOf(value) : undefined;
  if (instant === undefined)
    return violation(
      '/occurredAt',
      'must be an RFC 3339 instant with zone, such as 2026-01-31T12:00:00.000Z',
    );
  if (instant > now + CLOCK_SKEW_MS)
    return refuse('occurred-at-ahead', 'occurredAt is more than five minutes ahead of this server', {
      errors: [{ pointer: '/occurredAt', message: 'must not be more than five minutes ahead' }],
    });
  return instant;
};

const textOf = (edge: Edge, body: Members, name: string): string | null => {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !ENVELOPE_TEXT.test(value))
    return violation(`/${name}`, 'must be a text of 1 to 128 printable ASCII characters');
  if (edge.holdsCardNumber(value)) return violation(`/${name}`, 'must not hold a payment card number');
  return value;
};

const envelopeOf = (edge: Edge, { body, traceparent }: SaidCommand): Partial<CommandRequest> => {
  return {
    occurredAt: occurredAtOf(body['occurredAt'], edge.clock()),
    actor: textOf(edge, body, 'actor'),
    channel: textOf(edge, body, 'channel'),
    businessLine: textOf(edge, body, 'businessLine'),
    correlation: textOf(edge, body, 'correlation'),
    traceparent,
  };
};

type Expectation = Pick<CommandRequest, 'expectedVersion' | 'expectedSection'>;

const expectationOf = (edge: Edge, { ifMatch, body }: SaidCommand, stream: StreamRef): Expectation => {
  const match = ifMatchOf(ifMatch);
  const said = body['expectedVersion'];
  if (said !== undefined && said !== null && !(Number.isSafeInteger(said) && Number(said) >= 0))
    return violation('/expectedVersion', 'must be a whole number from 0');
  if (match === '*') {
    if (edge.engine.versionOf(stream) === undefined)
      return refuse('version-conflict', 'If-Match is *, and there is nothing here yet');
    return { expectedVersion: null };
  }
  const version = typeof said === 'number' ? said : null;
  return typeof match === 'object' && match !== null
    ? { expectedVersion: version, expectedSection: match }
    : { expectedVersion: match ?? version };
};

type Addressed = Pick<CommandRequest, 'stream' | 'type' | 'commandId'>;

/** Content that is sound and sealed; `prefix` is where the data stands in the body. */
const preparedData = (edge: Edge, command: Addressed, data: unknown, prefix: string): object => {
  const { stream, type, commandId } = command;
  const prepared = edge.prepareCommand(stream.type, type, data, { tenant: stream.tenant, commandId });
  if (prepared.outcome === 'invalid')
    return refuse('invalid-command', 'The command breaks its schema', {
      errors: prepared.violations.map(({ pointer, message }) => ({ pointer: prefix + pointer, message })),
    });
  const rejection = edge.precheck(stream, type, prepared.data);
  if (rejection) throw new ProblemError(rejectionProblem(rejection, null, edge.rejections, prefix));
  return prepared.data;
};

const without = (body: Members, names: readonly string[]): Members => {
  if (!names.some((name) => name in body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
};

/** The command that makes a stream: its data is the body itself, envelope members beside it. */
export const creationOf = (
  edge: Edge,
  request: FastifyRequest,
  stream: StreamRef,
  type: string,
): CommandRequest => {
  const said = saidIn(request);
  const envelope = envelopeOf(edge, said);
  const command = { stream, type, commandId: said.commandId };
  const data = preparedData(edge, command, without(said.body, ENVELOPE), '');
  return commandRequest({ ...command, data, ...envelope });
};

const NAMES: readonly string[] = ['type', 'data', 'expectedVersion', ...ENVELOPE];

const typeIn = (body: Members): string => {
  if (Object.keys(body).some((name) => !NAMES.includes(name)))
    return violation('', `must have no members but ${NAMES.join(', ')}`);
  const { type } = body;
  return typeof type === 'string' ? type : violation('/type', 'must name a command');
};

const dataIn = (body: Members): unknown => ('data' in body ? body['data'] : {});

/** The same, its data beside its type. */
const wrappedCreation = (edge: Edge, said: SaidCommand, stream: StreamRef): CommandRequest => {
  const type = typeIn(said.body);
  if (CREATIONS.get(stream.type) !== type)
    return violation('/stream', 'must say to which stream the command goes');
  if (said.ifMatch !== undefined || 'expectedVersion' in said.body)
    return violation('', 'must expect no version of what it makes');
  const envelope = envelopeOf(edge, said);
  const command = { stream, type, commandId: said.commandId };
  return commandRequest({
    ...command,
    data: preparedData(edge, command, dataIn(said.body), '/data'),
    ...envelope,
  });
};

/** A command to a stream: `{type, data}`, envelope members beside them. Throws a problem where it cannot be one. */
export const commandIn = (edge: Edge, said: SaidCommand, stream: StreamRef): CommandRequest => {
  const { body, commandId } = said;
  if (stream.key === '') return wrappedCreation(edge, said, stream);
  const type = typeIn(body);
  const commands = edge.commands[stream.type] ?? {};
  if (!Object.hasOwn(commands, type) || CREATIONS.get(stream.type) === type)
    return refuse('unknown-command', `There is no such command for ${stream.type}; see /openapi.json`, {
      errors: [{ pointer: '/type', message: `must be a command of ${stream.type}` }],
    });
  const envelope = envelopeOf(edge, said);
  const command = { stream, type, commandId };
  const data = preparedData(edge, command, dataIn(body), '/data');
  const expectation = expectationOf(edge, said, stream);
  return commandRequest({ ...command, data, ...expectation, ...envelope });
};

/** The command of a request to a stream. Throws as `commandIn` does. */
export const commandOf = (edge: Edge, request: FastifyRequest, stream: StreamRef): CommandRequest =>
  commandIn(edge, saidIn(request), stream);
