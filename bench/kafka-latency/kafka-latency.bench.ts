import type { Bench, Target } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
Commands at a fixed rate, 500 a second over twelve partitions, each of which becomes one event; the latency is from the
instant at which a command was to be produced to the arrival of its event at a plain consumer of committed records in the same process. The bare loop reads the
same commands and writes events as large as those that an engine was seen to write. \`broker\` is the processor time of the one
broker (512 MB heap), which runs on the same processors, as a share of one. Over HTTP: 300 commands a second, orders
with two lines each and tracked stock are placed and paid, from the instant at which a request was to be sent to its answer; the service, edge and processors, has a process of its own.
`;

const ofBareLoop = (figure: string): Target['actual'] => ratio(['orderloom', figure], ['bare-loop', figure]);

export const kafkaLatency: Bench = {
  name: 'kafka-latency',
  method,
  contenders,
  units: { p50: 'ms', p99: 'ms', broker: 'of a processor' },
  targets: [
    { name: 'p50, times the bare loop', at: 'most', limit: 1.5, actual: ofBareLoop('p50') },
    { name: 'p99, times the bare loop', at: 'most', limit: 1.5, actual: ofBareLoop('p99') },
    {
      name: 'the broker at 500 commands a second, of a processor',
      at: 'most',
      limit: 0.8,
      actual: figure('orderloom', 'broker'),
    },
    {
      name: 'over HTTP at 300 commands a second, p99, ms',
      at: 'most',
      limit: 100,
      actual: figure('orderloom-http', 'p99'),
    },
  ],
  rounds: { ci: 1, full: 5 },
};
