import { json, parameterRef, problemResponse, query, type Operation } from './open-api-parts.ts';
import type { JsonSchema } from './options.ts';

const REPORT: JsonSchema = {
  type: 'object',
  required: ['version', 'head', 'generations', 'work', 'last'],
  properties: {
    version: { type: 'integer', description: 'Counts the changes of the placement' },
    head: { type: 'integer', description: 'Where the log ends' },
    generations: {
      type: 'array',
      description: 'Those that are fed, the live one first',
      items: { type: 'object' },
    },
    work: { type: ['object', 'null'], description: 'What is under way, and how far it is' },
    last: { type: ['object', 'null'], description: 'How the last work ended, with its comparison' },
  },
};

/** Which store: the views that are searched and listed, or the hot cache. */
const STORE = query('store', { type: 'string', enum: ['views', 'cache'], default: 'views' });

const begin = (operationId: string, summary: string, parameters: readonly unknown[]): Operation => ({
  operationId,
  summary,
  parameters: [parameterRef('IdempotencyKey'), ...parameters, STORE],
  responses: {
    '202': { description: 'It is done, or begun: `work` tells', content: json(REPORT) },
    default: problemResponse,
  },
});

const GENERATION = { name: 'generation', in: 'path', required: true, schema: { type: 'string' } };

/** The generations of the views, for operators. */
export const projectionPaths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/projections': {
    get: {
      operationId: 'list-projections',
      summary: 'Generations of the views, and the work on them',
      parameters: [STORE],
      responses: {
        '200': { description: 'What is fed', content: json(REPORT) },
        default: problemResponse,
      },
    },
    post: begin('rebuild-projections', 'Build all views anew beside the live ones, compare and swap them', [
      query('swap', { type: 'boolean', default: true }),
    ]),
  },
  '/v1/projections/{generation}:compare': {
    post: begin('compare-projections', 'Hold a generation against a fresh fold of the log', [GENERATION]),
  },
  '/v1/projections/{generation}:swap': {
    post: begin('swap-projections', 'Compare the generation beside the live one and make it live', [
      GENERATION,
    ]),
  },
  '/v1/projections/{generation}:rollback': {
    post: begin('roll-projections-back', 'Make the generation that was live before live again', [GENERATION]),
  },
  '/v1/projections/{generation}:drop': {
    post: begin('drop-projections', 'Give up the generation beside the live one', [GENERATION]),
  },
};
