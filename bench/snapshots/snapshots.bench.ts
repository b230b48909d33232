import type { Bench } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
Orders are placed until so many are open; then each is paid, 64 callers at a time, every answer awaited and fsynced.
\`taking\` begins a snapshot with the first payment and takes no other; \`not-taking\` takes none: what a snapshot costs
while it is taken is the difference. \`worst turn\` is the longest time that the event loop was not free, \`snapshot\` the
time until it counts. \`start-from-snapshot\` and \`start-from-log\` open the folder that the same orders left, with and
without \`snapshot.bin\`; \`start\` is the time until commands are taken.
`;

export const snapshots: Bench = {
  name: 'snapshots',
  method,
  contenders,
  units: {
    'open orders': 'orders',
    accepted: 'commands/s',
    p50: 'ms',
    p99: 'ms',
    'worst turn': 'ms',
    snapshot: 'ms',
    size: 'MB',
    start: 'ms',
  },
  targets: [
    {
      name: 'accepted while one is taken, of without',
      at: 'least',
      limit: 0.7,
      actual: ratio(['taking', 'accepted'], ['not-taking', 'accepted']),
    },
    {
      name: 'p99 while one is taken, of without',
      at: 'most',
      limit: 2,
      actual: ratio(['taking', 'p99'], ['not-taking', 'p99']),
    },
    {
      name: 'start from a snapshot, of from the log',
      at: 'most',
      limit: 0.6,
      actual: ratio(['start-from-snapshot', 'start'], ['start-from-log', 'start']),
      size: 'full',
    },
  ],
  rounds: { ci: 1, full: 3 },
};
