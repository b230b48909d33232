import type { Bench, Target } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { contenders } from './contenders.ts';
import { QUESTION_NAMES } from './questions.ts';

/** A list page is quick where nobody notices that there was a search. */
const MOST_MS = 20;

const target = (contender: string, question: string): Target => ({
  name: `${contender}, ${question}, mean ms of a page`,
  at: 'most',
  limit: MOST_MS,
  actual: figure(contender, question),
});

const method = `
Orders of two lines are placed, one in three is paid, and every view shows them: 200,000 at full size, 2,000 at size \`ci\`.
Then pages of 20 are asked for, one after the other, each question in a loop of its own with other values each time; the
figure is the mean from asking to the documents in hand. _In the middle_ goes on behind a cursor; the _filters_ are lists (status, buyer,
lifecycle); _sku_ is found in one order of 500, _a word of every order_ in all, _a beginning_ in one of 50. _Counted_
adds the counts by status, lifecycle and merchant, which Elasticsearch keeps until the next refresh: nothing is written meanwhile.
`;

export const search: Bench = {
  name: 'search',
  method,
  contenders,
  units: {
    orders: 'orders',
    ...Object.fromEntries(QUESTION_NAMES.map((name) => [name, 'ms'])),
  },
  targets: ['sqlite', 'elasticsearch'].flatMap((contender) =>
    QUESTION_NAMES.map((question) => target(contender, question)),
  ),
  rounds: { ci: 1, full: 3 },
};
