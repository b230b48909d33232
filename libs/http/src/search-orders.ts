import type { SearchTerm, WordSearch } from '@orderloom/engine';
import { countedKinds, FACETS, fieldLists, ID_FILTERS, idLists, statusLists } from '@orderloom/views';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { instantOf } from './instant.ts';
import { refuse } from './problem.ts';
import { cursorIn, pageLimit, parametersOf } from './read-query.ts';

type Said = Readonly<Record<string, string>>;

/** What takes more than lists. */
const SEARCHING = ['q', 'from', 'to'];
const NAMES = ['status', ...ID_FILTERS, ...SEARCHING, 'facets', 'cursor', 'limit'];

/** What a request asks for. */
export type OrderSearch = {
  readonly search: WordSearch;
  /** What cursors of its pages are good for. */
  readonly signedAs: string;
};

/** Reads a request for orders; throws for a parameter or cursor that cannot be used. */
export const orderSearchOf = (edge: Edge, request: FastifyRequest, tenant: string): OrderSearch => {
  const asked = fieldsAsked(request);
  const said = parametersOf(request, [...NAMES, ...asked]);
  const later = edge.search ? undefined : SEARCHING.find((name) => name in said);
  if (later !== undefined)
    return refuse('not-available', `The parameter ${later} is not available in this version`);
  const lists = [...statusesOf(said['status']), ...listsOf(said), ...fieldsOf(said, asked)];
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

const FIELD = 'field.';

/** Parameters that ask for a field of orders' own: `field.costCentre`. */
const fieldsAsked = ({ query }: FastifyRequest): readonly string[] =>
  Object.keys(query as object).filter((name) => name.startsWith(FIELD));

const fieldsOf = (said: Said, asked: readonly string[]): readonly string[] =>
  fieldLists(Object.fromEntries(asked.map((name) => [name.slice(FIELD.length), said[name] ?? ''])), (why) =>
    refuse('invalid-query', why),
  );

const statusesOf = (said: string | undefined): readonly string[] =>
  said === undefined
    ? []
    : (statusLists(said.split(',')) ??
      refuse('invalid-query', 'status must look like payment.paid, or payment.paid,fulfilment.open'));

/** The lists of the orders that filters name, each with one value. */
export const listsOf = (said: Said): readonly string[] =>
  idLists(said, (why) => refuse('invalid-query', why));

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

/** What is to be counted of all hits. */
export const kindsOf = (said: string | undefined): readonly string[] =>
  said === undefined
    ? []
    : (countedKinds(said.split(',')) ??
      refuse('invalid-query', `facets are some of ${FACETS.join(', ')}, with commas between them`));
