import type { Bench } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
Orders wait in the commands topic, over twelve partitions, two lines each, sealed receivers, stock tracked: each becomes the
placement, reservations in the partitions of its stock, and what comes back of them. The clock runs from the first decision to
the last. \`decided\` counts every record of a lane, internal ones included; \`accepted\` the placements alone. The bare loop
reads as many records as large, and writes as many events and commands as large, as an engine was seen to read and write just
before, in transactions of at most 500 records, one producer a partition; its time is from its first batch to its last. \`client\` is processor time of the process. One broker (512 MB heap) runs
on the same processors. \`orderloom-librdkafka\` is measured where the second client is installed.
`;

export const kafkaLifecycle: Bench = {
  name: 'kafka-lifecycle',
  method,
  contenders,
  units: {
    decided: 'records/s',
    accepted: 'commands/s',
    'in-records': 'records',
    'events per record': 'events',
    client: 'us/record',
  },
  targets: [
    {
      name: 'decided, of the bare loop',
      at: 'least',
      limit: 0.5,
      actual: ratio(['orderloom', 'decided'], ['bare-loop', 'decided']),
    },
  ],
  rounds: { ci: 2, full: 5 },
};
