import { batchPaths } from './open-api-batch.ts';
import { callbackPaths } from './open-api-callbacks.ts';
import { eventPaths } from './open-api-events.ts';
import { moneyPaths } from './open-api-money.ts';
import { projectionPaths } from './open-api-projections.ts';
import { workPaths } from './open-api-work.ts';
import {
  FACETS,
  header,
  json,
  limit,
  parameterRef,
  problemResponse,
  query,
  schemaRef,
  texts,
  type Operation,
  type Paths,
  type Read,
} from './open-api-parts.ts';
import type { HttpOptions, JsonSchema } from './options.ts';
import { COLLECTION_OF, CREATIONS } from './streams.ts';

const ETAG = {
  description: 'The version, as a strong entity tag',
  schema: { type: 'string', examples: ['"7"'] },
};
const POSITION = { description: 'Where the last event stands; opaque', schema: { type: 'string' } };
const WINDOW = {
  description: 'Seconds for which an answered key is remembered',
  schema: { type: 'integer' },
};
const RESULT_HEADERS = { ETag: ETAG, Position: POSITION, 'Idempotency-Window': WINDOW };
const READ_HEADERS = {
  'As-Of-Position': {
    description: 'Which point of the log the answer reflects; opaque',
    schema: { type: 'string' },
  },
  'Lag-Ms': { description: 'How old the views are, ms', schema: { type: 'integer' } },
};

const PARAMETERS = {
  IdempotencyKey: header(
    'Idempotency-Key',
    'Text in quotes, new for each command, the same in every retry',
    true,
  ),
  IfMatch: header(
    'If-Match',
    'The version that the caller decided upon ("7"), that of a section ("receiver:3"), or *; edits and overrides need one',
  ),
  Tenant: header('Tenant', 'Default: main'),
  MinPosition: header('Min-Position', 'Answer only when the views show this position'),
  Prefer: header('Prefer', 'wait=N: how long to wait for Min-Position, at most 10 seconds'),
  Key: { name: 'key', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 256 } },
};

/** Says what may stand beside a command; the same in every body. */
const ENVELOPE: Readonly<Record<string, JsonSchema>> = {
  occurredAt: { type: 'string', format: 'date-time', description: "When it happened, by the caller's clock" },
  actor: { type: 'string', maxLength: 128, description: 'Who asks' },
  channel: { type: 'string', maxLength: 128, description: 'Through what' },
  businessLine: { type: 'string', maxLength: 128 },
  correlation: { type: 'string', maxLength: 128, description: 'Groups what belongs to one conversation' },
};

const RESULT: JsonSchema = {
  type: 'object',
  required: ['result', 'version', 'status', 'position'],
  properties: {
    result: { enum: ['accepted', 'duplicate'] },
    orderId: { type: 'string', description: 'For an order' },
    key: { type: 'string', description: 'For everything else' },
    version: { type: 'integer', minimum: 1 },
    status: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
    position: { type: ['string', 'null'] },
  },
};

const PENDING: JsonSchema = {
  type: 'object',
  required: ['result', 'commandId', 'detail'],
  properties: {
    result: { const: 'pending' },
    commandId: { type: 'string' },
    detail: { type: 'string' },
  },
};

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    currentVersion: { type: 'integer' },
    currentSections: { type: 'object', additionalProperties: { type: 'integer' } },
    currentStatus: { type: 'object', additionalProperties: { type: 'string' } },
    allowedCommands: { type: 'array', items: { type: 'string' } },
    mayRefuse: { type: 'array', items: { type: 'string' } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: { pointer: { type: 'string' }, message: { type: 'string' } },
      },
    },
    traceId: { type: 'string' },
  },
};

const schemaName = (streamType: string, command: string): string => `${streamType}.${command}`;

const commandBody = (streamType: string, command: string): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { const: command },
    data: schemaRef(schemaName(streamType, command)),
    expectedVersion: { type: 'integer', minimum: 0, description: 'The same as If-Match' },
    ...ENVELOPE,
  },
});

const write = (
  operationId: string,
  summary: string,
  schema: JsonSchema,
  status: '200' | '201',
): Operation => {
  const names = status === '201' ? ['IdempotencyKey', 'Tenant'] : ['IdempotencyKey', 'IfMatch', 'Tenant'];
  const answer = { headers: RESULT_HEADERS, content: json(schemaRef('Result')) };
  return {
    operationId,
    summary,
    parameters: names.map(parameterRef),
    requestBody: { required: true, content: json(schema) },
    responses: {
      ...(status === '201' && { '201': { description: 'Accepted: a new one was made', ...answer } }),
      '200': {
        description: status === '201' ? 'Repeated: the first answer' : 'Accepted or repeated',
        ...answer,
      },
      default: problemResponse,
    },
  };
};

const read: Read = (operationId, summary, parameters = []) => ({
  operationId,
  summary,
  parameters: [...['Tenant', 'MinPosition', 'Prefer'].map(parameterRef), ...parameters],
  responses: {
    '200': { description: 'What was asked for', headers: READ_HEADERS, content: json({ type: 'object' }) },
    default: problemResponse,
  },
});

const PAST = [
  query('asOf', { type: 'string', format: 'date-time' }),
  query('asOfVersion', { type: 'integer', minimum: 1 }),
];

const streamPaths = (streamType: string, commands: readonly string[]): Paths => {
  const collection = COLLECTION_OF.get(streamType) ?? streamType;
  const at = `/v1/${collection}/{key}`;
  const keyed = (operation: Operation): Operation => ({
    ...operation,
    parameters: [parameterRef('Key'), ...(operation['parameters'] as readonly unknown[])],
  });
  const bodies = commands
    .filter((name) => name !== CREATIONS.get(streamType))
    .map((name) => commandBody(streamType, name));
  const after = query('after', { type: 'integer', minimum: 0, default: 0 });
  return {
    [at]: {
      get: keyed(read(`get-${streamType}`, `One ${streamType}, now or at a moment of its past`, PAST)),
    },
    [`${at}/events`]: {
      get: keyed(read(`get-${streamType}-events`, 'Its history', [after, limit(500, 100)])),
    },
    [`${at}/explain`]: {
      get: keyed(read(`explain-${streamType}`, 'Where it is, why, and what may come next')),
    },
    ...(bodies.length > 0 && {
      [`${at}/commands`]: {
        post: keyed(write(`send-to-${streamType}`, 'Send it a command', { oneOf: bodies }, '200')),
      },
    }),
  };
};

const INSTANT: JsonSchema = { type: 'string', format: 'date-time' };
const LIST_PARAMETERS = [
  query('q', { type: 'string', maxLength: 200, examples: ['TEA-500', '"1001" mug'] }),
  query('status', { type: 'string', examples: ['payment.paid', 'payment.paid,fulfilment.open'] }),
  ...texts('buyer', 'merchant', 'lifecycle', 'cursor'),
  {
    ...query('field', { type: 'object', additionalProperties: { type: 'string', maxLength: 256 } }),
    description: 'A field of one’s own by its name: field.costCentre=4711',
  },
  query('from', INSTANT),
  query('to', INSTANT),
  FACETS,
  limit(200, 20),
];

const fixedPaths = (): Paths => ({
  '/v1/orders': {
    get: read('list-orders', 'Orders, newest first; words and filters combine', LIST_PARAMETERS),
    post: write('place-order', 'Place an order', { allOf: [schemaRef('order.PlaceOrder')] }, '201'),
  },
  '/v1/orders/{key}/trace': {
    get: read(
      'trace-order',
      'All that belongs to an order: commands, events, those of other streams, deadlines',
      [parameterRef('Key')],
    ),
  },
  '/v1/edits/{key}/preview': {
    get: read('preview-edit', 'What committing an edit would come to: nothing is written', [
      parameterRef('Key'),
    ]),
  },
  '/v1/itineraries': {
    post: write(
      'place-itinerary',
      'Place several orders of one buyer together, or none of them',
      { allOf: [schemaRef('itinerary.PlaceItinerary')] },
      '201',
    ),
  },
  ...workPaths(read),
  ...moneyPaths(read),
  '/v1/lifecycles/{name}': {
    get: read('get-lifecycle', 'Statuses, commands and deadlines of a lifecycle', [
      { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
      query('version', { type: 'integer', minimum: 1 }),
    ]),
  },
  '/v1/effects': {
    get: read('list-effects', 'Calls to the outside, newest order first; given-up ones wait for somebody', [
      query('status', { type: 'string', enum: ['due', 'started', 'waiting', 'succeeded', 'given-up'] }),
      ...texts('webhook', 'provider', 'cursor'),
      limit(200, 20),
    ]),
  },
  '/v1/deadlines': { get: read('list-deadlines', 'What is due next', [limit(1000, 100)]) },
  ...batchPaths(ENVELOPE),
  ...callbackPaths,
  ...eventPaths,
  ...projectionPaths,
  '/v1/parked': { get: read('list-parked', 'What could not be handled and waits for somebody') },
  '/healthz': { get: read('healthz', 'The process is alive') },
  '/readyz': { get: read('readyz', 'Commands are taken and the views are near the head') },
});

/**
 * The OpenAPI 3.1 document, put together from the JSON Schemas of the commands. A schema gets an `$id`, so that
 * references inside it stay inside it.
 */
export const openApiOf = ({ commands, build }: Pick<HttpOptions, 'commands' | 'build'>): object => {
  const schemas: Record<string, JsonSchema> = { Problem: PROBLEM, Result: RESULT, Pending: PENDING };
  const paths = fixedPaths();
  for (const [streamType, byName] of Object.entries(commands)) {
    for (const [name, schema] of Object.entries(byName))
      schemas[schemaName(streamType, name)] = { $id: `urn:orderloom:${streamType}:${name}`, ...schema };
    Object.assign(paths, streamPaths(streamType, Object.keys(byName)));
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Orderloom', version: build.version, description: 'An event-sourced order engine.' },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: { schemas, parameters: PARAMETERS },
  };
};
