import { orderIdsFrom } from '@orderloom/decider';
import type { SearchQuestion } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { OrderQuery } from './reading.ts';

const IDS = ['buyer', 'merchant', 'lifecycle'] as const;
const ID = /^[\x21-\x7e]{1,160}$/;
const STATUS = /^[A-Za-z]{1,40}\.[A-Za-z-]{1,40}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const MOST = 200;
const USUAL = 20;

type Asked = {
  readonly question: SearchQuestion;
  readonly cursorOf: (sortKey: string) => string;
};

const refuse = (message: string): never => {
  throw new ClientError('invalid-argument', message);
};

const statusLists = ({ status }: OrderQuery): readonly string[] => {
  const statuses = status === undefined ? [] : typeof status === 'string' ? [status] : status;
  if (!statuses.every((one) => STATUS.test(one))) refuse('invalid-query: status must look like payment.paid');
  return [...new Set(statuses)].sort().map((one) => `status:${one}`);
};

const idLists = (query: OrderQuery): readonly string[] =>
  IDS.flatMap((name) => {
    const value = query[name];
    if (value === undefined) return [];
    return ID.test(value) ? [`${name}:${value}`] : refuse(`invalid-query: ${name} must look like an id`);
  });

const sortKeyOf = (name: string, said: string | undefined): string | null => {
  if (said === undefined) return null;
  const ms = INSTANT.test(said) ? Date.parse(said) : NaN;
  return ms >= 0
    ? orderIdsFrom(ms)
    : refuse(`invalid-query: ${name} must be an RFC 3339 instant with a zone, from 1970 on`);
};

const placeIn = (cursor: string, list: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.startsWith(`${list}\n`)
    ? text.slice(list.length + 1)
    : refuse('invalid-cursor: the cursor was changed, or belongs to another list');
};

/** What a query asks of a view store. Throws for one that cannot be used. */
export const questionOf = (tenant: string, query: OrderQuery): Asked => {
  const { cursor, limit = USUAL, from = '', to = '' } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refuse(`invalid-query: limit must be a whole number from 1 to ${MOST}`);
  const lists = [...statusLists(query), ...idLists(query)];
  const list = JSON.stringify([lists, from, to]);
  return {
    question: {
      ...{ tenant, lists, limit, terms: [], counted: [] },
      ...{ from: sortKeyOf('from', query.from), until: sortKeyOf('to', query.to) },
      before: cursor === undefined ? null : placeIn(cursor, list),
    },
    // Nobody is distrusted in one's own process: it is only kept from being used for another list.
    cursorOf: (sortKey) => Buffer.from(`${list}\n${sortKey}`).toString('base64url'),
  };
};
