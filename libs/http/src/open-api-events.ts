import { header, json, parameterRef, problemResponse, query, type Operation } from './open-api-parts.ts';
import type { JsonSchema } from './options.ts';

const text = (name: string, description: string): JsonSchema => ({
  ...query(name, { type: 'string' }),
  description,
});

const FILTER = [
  text('stream', 'Events of streams of this type only'),
  text('type', 'Events of these types only, with commas between them'),
];
const GROUP = { name: 'group', in: 'path', required: true, schema: { type: 'string', maxLength: 64 } };

const listen = (operationId: string, summary: string, parameters: readonly JsonSchema[]): Operation => ({
  operationId,
  summary,
  parameters: [parameterRef('Tenant'), ...parameters, ...FILTER],
  responses: {
    '200': {
      description: 'Server-Sent Events, each with CloudEvents 1.0 in JSON',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    default: problemResponse,
  },
});

const PROGRESS: JsonSchema = {
  type: 'object',
  required: ['lease'],
  properties: {
    lease: { type: 'string' },
    position: { type: 'string', description: 'The id of the last event up to which all are done' },
    over: { type: 'boolean', description: 'Nothing more is said of a turn that is over' },
    ...Object.fromEntries(
      ['parked', 'released', 'redriven'].map((name) => [name, { type: 'array', maxItems: 1000 }]),
    ),
  },
};

const redrive = (operationId: string, summary: string, name: string): Operation => ({
  operationId,
  summary,
  parameters: [
    ...['IdempotencyKey', 'Tenant'].map(parameterRef),
    { name, in: 'path', required: true, schema: { type: 'string' } },
  ],
  responses: {
    '202': { description: 'It was asked for', content: json({ type: 'object' }) },
    default: problemResponse,
  },
});

/** Where events are listened to, and handed out again. */
export const eventPaths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/events': {
    get: listen('listen-to-events', 'Events as they come, for readers that keep their own place', [
      header('Last-Event-ID', 'The id of the last event that was heard; goes before `after`'),
      text('after', 'The same as Last-Event-ID; `now`: what comes from now on'),
    ]),
  },
  '/v1/groups/{group}/events': {
    get: listen('listen-for-group', 'Events for one member of a group of consumers, when it is its turn', [
      GROUP,
    ]),
  },
  '/v1/parked/{id}:redrive': { post: redrive('redrive', 'Hand out again what is parked of a stream', 'id') },
  '/v1/groups/{group}/redrive': {
    post: redrive('redrive-group', 'Hand out again all that a group has parked', 'group'),
  },
  '/v1/groups/{group}/progress': {
    put: {
      operationId: 'say-progress',
      summary: 'How far the member that has the lease has come, and what it has parked',
      parameters: [parameterRef('Tenant'), GROUP],
      requestBody: { required: true, content: json(PROGRESS) },
      responses: {
        '200': {
          description: 'It is kept; `redrive` names the streams to redrive',
          content: json({ type: 'object' }),
        },
        default: problemResponse,
      },
    },
  },
};
