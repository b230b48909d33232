import type { Bench } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
Orders are placed, paid, shipped and delivered, with stock that is tracked. \`orderloom\` then reads the log from its first
event: every group is checked against the one before it by its hash, every event is decoded and folded into the state of
its stream. \`sqlite-json\` holds the same events, with all their attributes, as one row of JSON each, and only scans and
parses them: no check, no state. Both run four times, the last run counts; the file is in the system's memory by then.
`;

export const replay: Bench = {
  name: 'replay',
  method,
  contenders,
  units: { events: 'events', replayed: 'events/s', event: 'us' },
  targets: [
    {
      name: 'read, decoded and folded, times a scan with JSON.parse',
      at: 'least',
      limit: 1.3,
      actual: ratio(['orderloom', 'replayed'], ['sqlite-json', 'replayed']),
    },
  ],
  rounds: { ci: 2, full: 5 },
};
