import type { SearchTerm, WordSearch } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { instantOf } from './instant.ts';
import { refuse } from './problem.ts';
import { cursorIn, pageLimit, parametersOf } from './read-query.ts';

type Said = Readonly<Record<string, string>>;

const ID = /^[\x21-\x7e]{1,160}$/;
const STATUS = /^[A-Za-z]{1,40}\.[A-Za-z-]{1,40}$/;
/** Filters with one value. */
const IDS = ['buyer', 'merchant', 'lifecycle'];
/** Statuses of one question: an order has one in each region. */
const MOST_STATUSES = 8;
const FACETS = ['status', 'lifecycle', 'merchant'];
/** What takes more than lists. */
const SEARCHING = ['q', 'from', 'to'];
const NAMES = ['status', ...IDS, ...SEARCHING, 'facets', 'cursor', 'limit'];

/** What a request asks for. */
export type OrderSearch = {
  readonly search: WordSearch;
  /** What cursors of its pages are good for. */
  readonly signedAs: string;
};

/** Reads a request for orders; throws for a parameter or cursor that cannot be used. */
export const orderSearchOf = (edge: Edge, request: FastifyRequest, tenant: string): OrderSearch => {
  const said = parametersOf(request, NAMES);
  const later = edge.search ? undefined : SEARCHING.find((name) => name in said);
  if (later !== undefined)
    return refuse('not-available', `The parameter ${later} is not available in this version`);
  const lists = [...statusLists(said['status']), ...idLists(said)];
  const terms = termsOf(edge, tenant, said['q']);
  const { q = '', from = '', to = '' } = said;
  const signedAs = `orders/${JSON.stringify([lists, q, from, to])}`;
  const search: WordSearch = {
    ...{ tenant, lists, terms },
    place: cursorIn(edge, tenant, signedAs, said['cursor']),
    from: sortKeyOf(edge, 'from', said['from']),
    until: sortKeyOf(edge, 'to', said['to']),
    limit: pageLimit(said['limit']),
    counted: kindsOf(said['facets']),
  };
  return { search, signedAs };
};

const statusLists = (said: string | undefined): readonly string[] => {
  if (said === undefined) return [];
  const statuses = said.split(',');
  if (statuses.length > MOST_STATUSES || !statuses.every((status) => STATUS.test(status)))
    return refuse('invalid-query', 'status must look like payment.paid, or payment.paid,fulfilment.open');
  return [...new Set(statuses)].sort().map((status) => `status:${status}`);
};

/** The lists of the orders that filters name, each with one value. */
export const idLists = (said: Said): readonly string[] =>
  IDS.flatMap((name) => {
    const value = said[name];
    if (value === undefined) return [];
    return ID.test(value) ? [`${name}:${value}`] : refuse('invalid-query', `${name} must look like an id`);
  });

const termsOf = (edge: Edge, tenant: string, text: string | undefined): readonly SearchTerm[] => {
  if (text === undefined || edge.search === undefined) return [];
  const read = edge.search.read(tenant, text);
  return 'fault' in read ? refuse('invalid-query', read.fault) : read.terms;
};

const sortKeyOf = (edge: Edge, name: string, said: string | undefined): string | null => {
  if (said === undefined || edge.search === undefined) return null;
  const ms = instantOf(said);
  if (ms === undefined)
    return refuse('invalid-query', `${name} must be an RFC 3339 instant with a zone, from 1970 on`);
  return edge.search.sortKeyAt(ms);
};

/** `all` is what stands in every order's lists: its count is the number of hits. */
export const kindsOf = (said: string | undefined): readonly string[] => {
  if (said === undefined) return [];
  const kinds = [...new Set(said.split(','))];
  if (!kinds.every((kind) => FACETS.includes(kind)))
    return refuse('invalid-query', `facets are some of ${FACETS.join(', ')}, with commas between them`);
  return ['all', ...kinds];
};
