import type { StreamRef } from '@orderloom/decider';
import {
  commandRequest,
  EngineError,
  readSection,
  readVerdicts,
  sectionText,
  verdictsText,
  type CascadeRoot,
  type CommandCodec,
  type CommandRequest,
  type DeadLetter,
  type InputRecord,
  type Lane,
} from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';
import { framed, unframed } from './framing.ts';
import { readReplyAddress } from './reply-record.ts';
import type { SchemaNumbers } from './schema-numbers.ts';
import { readMove } from './slot-record.ts';

/** What only processors may say of a command; on the other lanes it is not read. */
type Inner = Pick<CommandRequest, 'causation' | 'root' | 'hops' | 'origin'>;

const INNER = 'orderloom-internal';
const AWAITED = 'orderloom-awaited';
const TENANT_VERSION = 'tenant-version';
const EXPECTED_SECTION = 'expected-section';
const VERDICTS = 'verdicts';
const OUTSIDE: Inner = { causation: null, root: null, hops: 0, origin: null };
const DEFAULT_TENANT = 'main';
const LONGEST = 1024;

/** Header -> attribute, of those that a caller may say. */
const ATTRIBUTES = {
  correlation: 'correlation-id',
  traceparent: 'traceparent',
  actor: 'actor',
  businessLine: 'business-line',
  channel: 'channel',
} as const;

/** Where a command goes, and what travels beside it. */
type CommandAddress = {
  readonly slot: number;
  readonly replyTo: string | null;
  readonly awaited?: CascadeRoot | undefined;
  readonly tenantVersion?: number | undefined;
};

export type CommandRecords = {
  readonly write: (request: CommandRequest, to: CommandAddress) => NewRecord;
  /** Makes the schemas of these records known; to be awaited before they are read. */
  readonly learn: SchemaNumbers['learn'];
  /** Never throws: what cannot be read becomes a dead letter. */
  readonly read: (message: ReadRecord, from: { readonly lane: Lane; readonly now: number }) => InputRecord;
};

const textOf = (headers: ReadRecord['headers'], name: string): string | null => {
  const value = headers?.[name];
  if (value === undefined || Array.isArray(value)) return null;
  const text = value.toString();
  return text.length <= LONGEST ? text : null;
};

const numberOf = (headers: ReadRecord['headers'], name: string): number | null => {
  const text = textOf(headers, name);
  if (text === null || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new EngineError('unreadable-command', `the header ${name} is no whole number from 0`, {
      retryable: false,
    });
  return value;
};

const sectionOf = (headers: ReadRecord['headers']): Pick<CommandRequest, 'expectedSection'> => {
  const text = textOf(headers, EXPECTED_SECTION);
  if (text === null || text === '') return {};
  const expectedSection = readSection(text);
  if (expectedSection === undefined)
    throw new EngineError('unreadable-command', `the header ${EXPECTED_SECTION} is no section:version`, {
      retryable: false,
    });
  return { expectedSection };
};

const verdictsOf = (headers: ReadRecord['headers']): Pick<CommandRequest, 'verdicts'> => {
  const text = textOf(headers, VERDICTS);
  if (text === null || text === '') return {};
  const verdicts = readVerdicts(text);
  if (verdicts === undefined)
    throw new EngineError('unreadable-command', `the header ${VERDICTS} is no list of verdicts`, {
      retryable: false,
    });
  return { verdicts };
};

const attributesOf = (headers: ReadRecord['headers']) => ({
  correlation: textOf(headers, ATTRIBUTES.correlation),
  traceparent: textOf(headers, ATTRIBUTES.traceparent),
  actor: textOf(headers, ATTRIBUTES.actor),
  businessLine: textOf(headers, ATTRIBUTES.businessLine),
  channel: textOf(headers, ATTRIBUTES.channel),
});

const innerOf = (headers: ReadRecord['headers'], lane: Lane): Inner => {
  const value = headers?.[INNER];
  return lane === 'internal' && Buffer.isBuffer(value) ? (JSON.parse(value.toString()) as Inner) : OUTSIDE;
};

/** Written by processors only. */
const awaitedOf = (headers: ReadRecord['headers'], lane: Lane): CascadeRoot | undefined => {
  const value = headers?.[AWAITED];
  return lane === 'internal' && Buffer.isBuffer(value)
    ? (JSON.parse(value.toString()) as CascadeRoot)
    : undefined;
};

const messageOf = (error: unknown): string =>
  error instanceof EngineError || error instanceof TypeError ? error.message : 'it cannot be read';

/**
 * Commands as records. `ce_id` is the idempotency key, `ce_subject` the stream's key within its type (empty: the command
 * makes its stream), the value the Avro record in registry framing; everything else may be left out.
 */
export const commandRecords = (
  codec: CommandCodec,
  numbers: SchemaNumbers,
  partitions: number,
): CommandRecords => {
  const requestOf = (message: ReadRecord, lane: Lane): CommandRequest => {
    const { headers, value } = message;
    const commandId = textOf(headers, 'ce_id');
    if (commandId === null || commandId === '')
      throw new EngineError('unreadable-command', 'the header ce_id is missing', { retryable: false });
    if (value === null)
      throw new EngineError('unreadable-command', 'the value is missing', { retryable: false });
    const { id, payload } = unframed(value);
    const { streamType, commandType, data } = codec.read(numbers.numberOf(id), payload);
    const stream: StreamRef = {
      tenant: textOf(headers, 'tenant') ?? DEFAULT_TENANT,
      type: streamType,
      key: textOf(headers, 'ce_subject') ?? '',
    };
    return commandRequest({
      stream,
      type: commandType,
      data,
      commandId,
      ...attributesOf(headers),
      occurredAt: numberOf(headers, 'occurred-at'),
      expectedVersion: numberOf(headers, 'expected-version'),
      ...sectionOf(headers),
      ...verdictsOf(headers),
      ...innerOf(headers, lane),
    });
  };
  const letterOf = (
    message: ReadRecord,
    at: { readonly lane: Lane; readonly now: number },
    error: unknown,
  ): DeadLetter => ({
    commandId: textOf(message.headers, 'ce_id') ?? '',
    stream: {
      tenant: textOf(message.headers, 'tenant') ?? DEFAULT_TENANT,
      type: '',
      key: textOf(message.headers, 'ce_subject') ?? '',
    },
    commandType: textOf(message.headers, 'ce_type') ?? '',
    code: 'malformed',
    reason: `${messageOf(error)} (record ${message.offset} of the ${at.lane} lane)`,
    recordedAt: at.now,
    // The bytes may hold anybody's data in clear: they stay in their topic, and go with it.
    data: '',
  });
  return {
    learn: numbers.learn,
    write: (request, { slot, replyTo, awaited, tenantVersion }) => {
      const { stream, type, data } = request;
      const { schema, payload } = codec.write(stream.type, type, data);
      const headers: Record<string, string> = {
        ce_specversion: '1.0',
        ce_id: request.commandId,
        ce_source: '/orderloom',
        ce_type: type,
        ce_subject: stream.key,
        tenant: stream.tenant,
      };
      for (const [name, header] of Object.entries(ATTRIBUTES)) {
        const value = request[name as keyof typeof ATTRIBUTES];
        if (value !== null) headers[header] = value;
      }
      if (request.occurredAt !== null) headers['occurred-at'] = String(request.occurredAt);
      if (request.expectedVersion !== null) headers['expected-version'] = String(request.expectedVersion);
      if (request.expectedSection !== undefined)
        headers[EXPECTED_SECTION] = sectionText(request.expectedSection);
      if (request.verdicts !== undefined) headers[VERDICTS] = verdictsText(request.verdicts);
      if (replyTo !== null) headers['reply-to'] = replyTo;
      if (awaited !== undefined) headers[AWAITED] = JSON.stringify(awaited);
      if (tenantVersion) headers[TENANT_VERSION] = String(tenantVersion);
      if (request.hops > 0) {
        const { causation, root, hops, origin } = request;
        headers[INNER] = JSON.stringify({ causation, root, hops, origin });
      }
      return { key: String(slot), value: framed(numbers.idOf(schema), payload), headers };
    },
    read: (message, from) => {
      const move = from.lane === 'internal' ? readMove(message.headers) : undefined;
      if (move?.kind === 'opened') return { offset: Number(message.offset), input: move, replyTo: null };
      const said = textOf(message.headers, 'reply-to');
      const replyTo = said !== null && readReplyAddress(said, partitions) !== undefined ? said : null;
      const offset = Number(message.offset);
      const awaited = awaitedOf(message.headers, from.lane);
      const beside = { offset, replyTo, ...(awaited === undefined ? {} : { awaited }) };
      try {
        const tenantVersion = numberOf(message.headers, TENANT_VERSION);
        const input = requestOf(message, from.lane);
        return { ...beside, input, ...(tenantVersion === null ? {} : { tenantVersion }) };
      } catch (error) {
        return { ...beside, input: letterOf(message, from, error) };
      }
    },
  };
};
