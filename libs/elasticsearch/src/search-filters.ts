import type { estypes } from '@elastic/elasticsearch';
import { ALL, type Later, type Queue, type SearchQuestion, type SearchTerm } from '@orderloom/engine';
import { keysWithin } from './newest-first.ts';

type Query = estypes.QueryDslQueryContainer;

/** What is asked, whichever page of it. */
export type Hits = Omit<SearchQuestion, 'before' | 'limit'>;

/** A hit has one of the words: they are compared whole, as they were written, and analysed by nobody. */
const termQuery = ({ words, begins }: SearchTerm): Query =>
  begins
    ? {
        bool: {
          should: words.map((word) => ({ prefix: { text: { value: word } } })),
          minimum_should_match: 1,
        },
      }
    : { terms: { text: [...words] } };

export const fieldOf = (instant: string): string => `instants.${instant}`;

/** No document has an instant that is later where nobody has one: the field is not there then, and nothing is found. */
const laterQuery = ({ instant, than, isLater }: Later): Query => {
  const later: Query = { range: { [fieldOf(instant)]: { gt: than } } };
  return isLater ? later : { bool: { must_not: [later] } };
};

const queuedQuery = ({ instant, until }: Queue): Query =>
  until === null
    ? { exists: { field: fieldOf(instant) } }
    : { range: { [fieldOf(instant)]: { lte: until } } };

/** What stands in a list of a tenant is the tenant's, and live: where none is asked for, that of all says so. */
export const filtersOf = (view: string, question: Hits): Query[] => {
  const { tenant, lists, terms, from, until, later = [], queue } = question;
  return [
    { term: { view } },
    ...(lists.length > 0 ? lists : [ALL]).map((list) => ({ term: { lists: `${tenant}/${list}` } })),
    ...terms.map(termQuery),
    ...keysWithin(from, until),
    ...later.map(laterQuery),
    ...(queue === undefined ? [] : [queuedQuery(queue)]),
  ];
};
