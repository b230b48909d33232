import { ClientError } from '../client-error.ts';
import type { OrderQuery } from './reading.ts';

const FILTERS = ['status', 'buyer', 'merchant', 'lifecycle'] as const;
const VALUE = /^[\x21-\x7e]{1,160}$/;
const MOST = 200;
const USUAL = 20;

type Listed = {
  readonly list: string;
  /** Sort key of the last order of the page before. */
  readonly before: string | null;
  readonly limit: number;
  readonly cursorOf: (sortKey: string) => string;
};

const refuse = (message: string): never => {
  throw new ClientError('invalid-argument', message);
};

const listOf = (query: OrderQuery): string => {
  const said = FILTERS.filter((name) => query[name] !== undefined);
  const [name] = said;
  if (name === undefined) return 'all:';
  if (said.length > 1) return refuse(`invalid-query: one of ${said.join(', ')} at a time`);
  const value = query[name] ?? '';
  return VALUE.test(value) ? `${name}:${value}` : refuse(`invalid-query: ${name} cannot be that`);
};

const placeIn = (cursor: string, list: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.startsWith(`${list}\n`)
    ? text.slice(list.length + 1)
    : refuse('invalid-cursor: the cursor was changed, or belongs to another list');
};

/** Which page of which of the view's lists a query asks for. Throws for one that cannot be used. */
export const listed = (query: OrderQuery): Listed => {
  const { cursor, limit = USUAL } = query;
  const list = listOf(query);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refuse(`invalid-query: limit must be a whole number from 1 to ${MOST}`);
  return {
    ...{ list, limit, before: cursor === undefined ? null : placeIn(cursor, list) },
    // Nobody is distrusted in one's own process: it is only kept from being used for another list.
    cursorOf: (sortKey) => Buffer.from(`${list}\n${sortKey}`).toString('base64url'),
  };
};
