import type { Bench } from '../harness/bench.ts';
import { contenders } from './contenders.ts';

const method = `
An order of 500 lines with ten units each is paid, then shipped and delivered in parcels of ten lines, with returns between
them, until it has 200 events. From that state six commands are decided and their events folded, over and over: ten lines
shipped, one unit of all 500 shipped, one of all 500 cancelled, a return requested, one resolved, a hold. \`p50\` and \`p99\`
are those of the dearest of the six.
`;

export const largeOrder: Bench = {
  name: 'large-order',
  method,
  contenders,
  units: { lines: 'lines', events: 'events', p50: 'us', p99: 'us' },
  targets: [
    {
      name: 'the dearest command of an order of 500 lines and 200 events, p99, us',
      at: 'most',
      limit: 2000,
      actual: ({ orderloom }) => orderloom?.['p99'],
    },
  ],
  rounds: { ci: 2, full: 5 },
};
