import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { refuse } from './problem.ts';
import { cursorIn, pageLimit, parametersOf } from './read-query.ts';

/** Parameter -> form of its value. Each is a list that the view keeps, so a page costs the same anywhere. */
const FILTERS: Readonly<Record<string, RegExp>> = {
  status: /^(due|started|waiting|succeeded|given-up)$/,
  webhook: /^[a-z][a-z0-9-]{0,63}$/,
  provider: /^[a-z][a-z0-9-]{0,63}$/,
};
const NAMES = [...Object.keys(FILTERS), 'cursor', 'limit'];

export type EffectList = { readonly list: string; readonly before: string | null; readonly limit: number };

const listOf = (said: Readonly<Record<string, string>>): string => {
  const filters = Object.keys(FILTERS).filter((name) => name in said);
  if (filters.length > 1)
    return refuse('invalid-query', `One of ${filters.join(', ')} at a time: calls have no combined filters`);
  const [name] = filters;
  if (name === undefined) return 'all:';
  const value = said[name] ?? '';
  if (!FILTERS[name]?.test(value)) return refuse('invalid-query', `${name} must look like an id`);
  return `${name}:${value}`;
};

/** What a list of effects is called in a cursor. */
export const effectsSigned = (list: string): string => `effects/${list}`;

/** Which page of which list of calls a request asks for; throws for a parameter or cursor that cannot be used. */
export const effectListOf = (edge: Edge, request: FastifyRequest, tenant: string): EffectList => {
  const said = parametersOf(request, NAMES);
  const list = listOf(said);
  const limit = pageLimit(said['limit']);
  return { list, before: cursorIn(edge, tenant, effectsSigned(list), said['cursor']) ?? null, limit };
};
