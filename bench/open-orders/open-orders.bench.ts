import type { Bench } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { contenders } from './contenders.ts';

const method = `
Orders of two lines are placed and left open, each with its deadline; three payments of each fail, so that four commands of
each are remembered. A snapshot holds them all; of one order in twenty one more payment fails behind it. Then a process of
its own starts the embedded profile on that folder: \`start\` is the time until commands are taken, \`start, main thread\` the
part of it that the main thread was on a processor, \`resident\` what the process holds then, \`peak resident\` the most
that it held on its way.
`;

export const openOrders: Bench = {
  name: 'open-orders',
  method,
  contenders,
  units: {
    'open orders': 'orders',
    start: 'ms',
    'start, main thread': 'ms',
    'read behind the snapshot': 'events',
    streams: 'streams',
    deadlines: 'deadlines',
    resident: 'MB',
    'peak resident': 'MB',
  },
  targets: [
    {
      name: 'start at a million open orders, ms',
      at: 'most',
      limit: 20_000,
      actual: figure('orderloom', 'start'),
      size: 'full',
    },
    {
      name: 'resident at a million open orders, MB',
      at: 'most',
      limit: 2048,
      actual: figure('orderloom', 'resident'),
      size: 'full',
    },
  ],
  rounds: { ci: 1, full: 1 },
};
