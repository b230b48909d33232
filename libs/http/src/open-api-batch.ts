import { LONGEST_BATCH } from './batch/longest-batch.ts';
import { json, parameterRef, problemResponse, schemaRef, type Operation } from './open-api-parts.ts';
import type { JsonSchema } from './options.ts';
import { COLLECTION_OF } from './streams.ts';

/** `envelope`: what may stand beside a command. */
export const batchPaths = (
  envelope: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, Readonly<Record<string, Operation>>>> => {
  const item: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'idempotencyKey'],
    properties: {
      stream: {
        type: 'object',
        description: 'Where the command goes; left out by PlaceOrder, which makes its stream',
        additionalProperties: false,
        required: ['type', 'key'],
        properties: {
          type: { enum: [...COLLECTION_OF.keys()] },
          key: { type: 'string', minLength: 1, maxLength: 256 },
        },
      },
      type: { type: 'string', description: 'A command of that stream' },
      data: { type: 'object', description: 'What the command says, by the schema of its own address' },
      idempotencyKey: { type: 'string', minLength: 1, maxLength: 128 },
      ifMatch: { type: 'string', description: 'As the header If-Match' },
      expectedVersion: { type: 'integer', minimum: 0, description: 'The same as If-Match' },
      ...envelope,
    },
  };
  const result: JsonSchema = {
    type: 'object',
    required: ['status', 'body'],
    properties: {
      status: { type: 'integer', description: 'What a request of its own would have been answered' },
      retryAfter: { type: 'integer', description: 'Seconds' },
      body: { oneOf: [schemaRef('Result'), schemaRef('Pending'), schemaRef('Problem')] },
    },
  };
  const listOf = (name: string, items: JsonSchema): JsonSchema => ({
    type: 'object',
    additionalProperties: false,
    required: [name],
    properties: { [name]: { type: 'array', minItems: 1, maxItems: LONGEST_BATCH, items } },
  });
  return {
    '/v1/commands/{id}': {
      get: {
        operationId: 'get-command',
        summary: 'What became of the accepted commands with that idempotency key',
        parameters: [
          parameterRef('Tenant'),
          { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 128 } },
          {
            ...{ name: 'stream', in: 'query', schema: { type: 'string', examples: ['order/ID'] } },
            description: 'Where it went; looked at where another process may have decided it',
          },
          {
            ...{ name: 'buyer', in: 'query', schema: { type: 'string', maxLength: 160 } },
            description: 'Whose order it made; the same',
          },
        ],
        responses: {
          '200': {
            description: 'Their first answers; most often there is one',
            content: json(listOf('results', schemaRef('Result'))),
          },
          default: problemResponse,
        },
      },
    },
    '/v1/commands:batch': {
      post: {
        operationId: 'send-batch',
        summary: 'Send many commands; each is answered as it would be alone, in the order given',
        parameters: [parameterRef('Tenant')],
        requestBody: { required: true, content: json(listOf('commands', item)) },
        responses: {
          '200': { description: 'One result for each command', content: json(listOf('results', result)) },
          default: problemResponse,
        },
      },
    },
  };
};
