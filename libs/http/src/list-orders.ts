import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { refuse } from './problem.ts';
import { parametersOf, wholeNumber } from './read-query.ts';

/** Parameter -> form of its value. Each is a list that the order view keeps, so a page costs the same anywhere. */
const FILTERS: Readonly<Record<string, RegExp>> = {
  status: /^[A-Za-z]{1,40}\.[A-Za-z-]{1,40}$/,
  buyer: /^[\x21-\x7e]{1,160}$/,
  merchant: /^[\x21-\x7e]{1,160}$/,
  lifecycle: /^[\x21-\x7e]{1,160}$/,
};
const LATER = ['q'];
const NAMES = [...Object.keys(FILTERS), 'cursor', 'limit', ...LATER];
const EFFECT_FILTERS: typeof FILTERS = {
  status: /^(due|started|waiting|succeeded|given-up)$/,
  webhook: /^[a-z][a-z0-9-]{0,63}$/,
};
const EFFECT_NAMES = [...Object.keys(EFFECT_FILTERS), 'cursor', 'limit'];

export type OrderList = { readonly list: string; readonly before: string | null; readonly limit: number };

const listOf = (said: Readonly<Record<string, string>>, forms: typeof FILTERS): string => {
  const filters = Object.keys(forms).filter((name) => name in said);
  if (filters.length > 1)
    return refuse(
      'invalid-query',
      `One of ${filters.join(', ')} at a time: this version does not combine filters`,
    );
  const [name] = filters;
  if (name === undefined) return 'all:';
  const value = said[name] ?? '';
  if (!forms[name]?.test(value))
    return refuse(
      'invalid-query',
      `${name} must look like ${forms === FILTERS && name === 'status' ? 'payment.paid' : 'an id'}`,
    );
  return `${name}:${value}`;
};

type Said = Readonly<Record<string, string>>;

/** `signedAs`: what the list is called in a cursor. */
const pageOf = (
  edge: Edge,
  said: Said,
  tenant: string,
  { list, signedAs }: { readonly list: string; readonly signedAs: string },
): OrderList => {
  const limit = wholeNumber('limit', said['limit'], { min: 1, max: 200, otherwise: 20 });
  const { cursor } = said;
  if (cursor === undefined) return { list, before: null, limit };
  const before = edge.cursors.read(tenant, signedAs, cursor);
  if (before === undefined)
    return refuse('invalid-cursor', 'The cursor was changed, or belongs to another list');
  return { list, before, limit };
};

/** Which page of which list a request asks for; throws for a parameter or cursor that cannot be used. */
export const orderListOf = (edge: Edge, request: FastifyRequest, tenant: string): OrderList => {
  const said = parametersOf(request, NAMES);
  const later = LATER.find((name) => name in said);
  if (later !== undefined)
    return refuse('not-available', `The parameter ${later} is not available in this version`);
  const list = listOf(said, FILTERS);
  return pageOf(edge, said, tenant, { list, signedAs: list });
};

/** The lists of orders and those of effects have the same names: their cursors are told apart. */
export const effectsSigned = (list: string): string => `effects/${list}`;

/** The same for calls to the outside. */
export const effectListOf = (edge: Edge, request: FastifyRequest, tenant: string): OrderList => {
  const said = parametersOf(request, EFFECT_NAMES);
  const list = listOf(said, EFFECT_FILTERS);
  return pageOf(edge, said, tenant, { list, signedAs: effectsSigned(list) });
};
