import type { JsonSchema } from './options.ts';

export type Operation = Readonly<Record<string, unknown>>;

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
