import type { SearchQuestion } from '@orderloom/engine';
import { ID_FILTERS, WITHIN_MINUTES } from '@orderloom/views';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import type { ClaimedBy, EdgeWork } from './options.ts';
import { refuse } from './problem.ts';
import { cursorIn, pageLimit, parametersOf, wholeNumber } from './read-query.ts';
import { kindsOf, listsOf } from './search-orders.ts';

type Said = Readonly<Record<string, string>>;

const NAMES = [...['list', 'claim', 'actor', 'within', ...ID_FILTERS], ...['facets', 'cursor', 'limit']];
const MINUTE_MS = 60_000;
const WITHIN = { min: 0, max: WITHIN_MINUTES.most, otherwise: WITHIN_MINUTES.usual };
const ACTOR = /^[\x20-\x7e]{1,128}$/;

/** A page of a list of work that a request asks for. */
export type WorkAsked = {
  readonly work: EdgeWork;
  readonly list: string;
  readonly now: number;
  readonly question: SearchQuestion;
  /** What cursors of its pages are good for. */
  readonly signedAs: string;
};

/** Reads a request for a list of work; throws for a parameter or cursor that cannot be used. */
export const workAskedOf = (edge: Edge, request: FastifyRequest, tenant: string): WorkAsked => {
  const { work } = edge;
  if (work === undefined) return refuse('not-available', 'Work-lists are not available here');
  const said = parametersOf(request, NAMES);
  const list = listIn(work, said);
  const { now } = edge.timeOf(tenant);
  const within = wholeNumber('within', said['within'], WITHIN);
  const claimed = claimedIn(said);
  const asked = work.question({ list, now, withinMs: within * MINUTE_MS, claimed });
  const lists = [...asked.lists, ...listsOf(said)];
  const signedAs = `work/${JSON.stringify([list, claimed, within, lists])}`;
  const question: SearchQuestion = {
    ...{ ...asked, tenant, lists, terms: [], from: null, until: null },
    before: cursorIn(edge, tenant, signedAs, said['cursor']) ?? null,
    limit: pageLimit(said['limit']),
    counted: kindsOf(said['facets']),
  };
  return { work, list, now, question, signedAs };
};

const listIn = ({ lists }: EdgeWork, { list }: Said): string =>
  list !== undefined && lists.includes(list)
    ? list
    : refuse('invalid-query', `list must be one of ${lists.join(', ')}`);

const claimedIn = ({ claim, actor }: Said): ClaimedBy | null => {
  if ((actor !== undefined) !== (claim === 'mine'))
    return refuse('invalid-query', 'actor is said with claim=mine, and only with it');
  switch (claim) {
    case undefined:
      return null;
    case 'unclaimed':
      return { nobody: true };
    case 'claimed':
      return { somebody: true };
    case 'mine':
      return actor !== undefined && ACTOR.test(actor)
        ? { actor }
        : refuse('invalid-query', 'actor must be a text of 1 to 128 printable ASCII characters');
    default:
      return refuse('invalid-query', 'claim must be claimed, unclaimed or mine');
  }
};
