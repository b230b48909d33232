import type { Bench } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
One question is whether an event may follow in a status of the lifecycle \`retail\`; asked are all of them, every status
with every event, in an order that no branch can guess, over and over. \`switch\` is what a hand would write without a
table; a spec holds it against the lifecycle. \`xstate\` is the machine itself, which also makes the table when a lifecycle
is loaded, and which the domain's specs judge by. \`legal\` is the share of yes: it is the same for all three.
`;

export const decide: Bench = {
  name: 'decide',
  method,
  contenders,
  units: { questions: 'questions', question: 'ns', legal: '%' },
  targets: [
    {
      name: 'legality by the table, of a hand-written switch',
      at: 'most',
      limit: 5,
      actual: ratio(['table', 'question'], ['switch', 'question']),
    },
  ],
  rounds: { ci: 2, full: 5 },
};
