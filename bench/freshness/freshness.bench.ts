import type { Bench } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { contenders } from './contenders.ts';

const method = `
Orders with two lines and tracked stock are placed at a fixed rate, 60 a second, which makes some 500 events a second, over twelve
partitions. The time is from the answer, which comes when the events are committed, to the order's being found: in a
list of Elasticsearch, asked every 50 ms (a list finds what is searchable, a read by id would find more), and by its id in Redis, asked every 5 ms. Each
figure is too large by up to that time.
`;

export const freshness: Bench = {
  name: 'freshness',
  method,
  contenders,
  units: { 'to search p50': 'ms', 'to search p99': 'ms', 'to cache p50': 'ms', 'to cache p99': 'ms' },
  targets: [
    {
      name: 'append to searchable, p99, ms',
      at: 'most',
      limit: 2000,
      actual: figure('orderloom', 'to search p99'),
    },
    {
      name: 'append to cache, p99, ms',
      at: 'most',
      limit: 200,
      actual: figure('orderloom', 'to cache p99'),
    },
  ],
  rounds: { ci: 1, full: 5 },
};
