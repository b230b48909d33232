import type { JsonSchema } from './options.ts';

export type Operation = Readonly<Record<string, unknown>>;
/** Path -> method -> what it does. */
export type Paths = Record<string, Record<string, Operation>>;
/** An operation that answers what the views show. */
export type Read = (operationId: string, summary: string, parameters?: readonly unknown[]) => Operation;

export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const parameterRef = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` });
export const json = (schema: JsonSchema): JsonSchema => ({ 'application/json': { schema } });

export const problemResponse = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
};

export const header = (name: string, description: string, required = false): JsonSchema => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

export const query = (name: string, schema: JsonSchema): JsonSchema => ({ name, in: 'query', schema });

/** Query parameters that are any text. */
export const texts = (...names: readonly string[]): readonly JsonSchema[] =>
  names.map((name) => query(name, { type: 'string' }));

export const limit = (maximum: number, otherwise: number): JsonSchema =>
  query('limit', { type: 'integer', minimum: 1, maximum, default: otherwise });

export const FACETS = query('facets', { type: 'string', examples: ['status,lifecycle,merchant'] });
