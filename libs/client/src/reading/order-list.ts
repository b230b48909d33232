import { orderIdsFrom } from '@orderloom/decider';
import type { WordSearch } from '@orderloom/engine';
import {
  countedKinds,
  FACETS,
  fieldLists,
  idLists,
  searchTerms,
  statusLists,
  type SearchTerms,
} from '@orderloom/views';
import { ClientError } from '../client-error.ts';
import { instantIn } from './moment.ts';
import type { OrderFacet, OrderQuery } from './reading.ts';

const MOST = 200;
const USUAL = 20;

/** The keyed tokens that a receiver of the tenant has if it has what was said; none where nobody has the keys. */
export type PersonTokens = (tenant: string, said: string) => readonly Uint8Array[];

type Asked = {
  readonly search: WordSearch;
  readonly cursorOf: (place: string) => string;
};

const refuse = (message: string): never => {
  throw new ClientError('invalid-argument', message);
};

/** Refuses a query that cannot be used. */
export const refuseQuery = (why: string): never => refuse(`invalid-query: ${why}`);

const statusesOf = ({ status = [] }: OrderQuery): readonly string[] =>
  statusLists(typeof status === 'string' ? [status] : status) ??
  refuseQuery('status must look like payment.paid');

const termsOf = (
  q: string | undefined,
  personTokens: (said: string) => readonly Uint8Array[],
): SearchTerms => {
  if (q === undefined) return [];
  const read = searchTerms(q, personTokens);
  return read.outcome === 'fault' ? refuseQuery(read.detail) : read.asked;
};

const kindsOf = (facets: readonly OrderFacet[] = []): readonly string[] =>
  countedKinds(facets) ?? refuseQuery(`facets are some of ${FACETS.join(', ')}`);

const sortKeyOf = (name: string, said: string | undefined): string | null =>
  said === undefined ? null : orderIdsFrom(instantIn(name, said));

/** Where a page goes on. Nobody is distrusted in one's own process: it is only kept from being used for another list. */
export const placeIn = (cursor: string, list: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.startsWith(`${list}\n`)
    ? text.slice(list.length + 1)
    : refuse('invalid-cursor: the cursor was changed, or belongs to another list');
};

export const cursorTo = (place: string, list: string): string =>
  Buffer.from(`${list}\n${place}`).toString('base64url');

/** The length of a page. */
export const pageLimit = (limit = USUAL): number =>
  Number.isInteger(limit) && limit >= 1 && limit <= MOST
    ? limit
    : refuseQuery(`limit must be a whole number from 1 to ${MOST}`);

/** What a query asks of the views. Throws for one that cannot be used. */
export const searchOf = (tenant: string, query: OrderQuery, personTokens: PersonTokens): Asked => {
  const { q, cursor, from = '', to = '' } = query;
  const limit = pageLimit(query.limit);
  const fields = fieldLists(query.fields ?? {}, refuseQuery);
  const lists = [...statusesOf(query), ...idLists(query, refuseQuery), ...fields];
  const terms = termsOf(q, (said) => personTokens(tenant, said));
  const list = JSON.stringify([lists, q ?? '', from, to]);
  return {
    search: {
      ...{ tenant, lists, terms, limit, counted: kindsOf(query.facets) },
      ...{ from: sortKeyOf('from', query.from), until: sortKeyOf('to', query.to) },
      place: cursor === undefined ? undefined : placeIn(cursor, list),
    },
    cursorOf: (place) => cursorTo(place, list),
  };
};
