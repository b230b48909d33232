import type { Bench } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { ratio } from '../harness/ratio.ts';
import { WRITTEN_UNITS } from '../projecting/written.ts';
import { contenders } from './contenders.ts';

const method = `
The log of one engine in which orders were placed, paid, shipped and delivered, with their stock, buyers and parcels, is
projected in windows of 500 events. Every contender writes what the projector makes of it: each view's document once a
window. \`bare-pipeline\` sets the same documents under their names in one pipeline a window; only Orderloom compares
versions, keeps each document's lists and a checkpoint. \`written\` = documents, by the time until the last is
acknowledged. \`detail read\` is the mean of reads of single orders, one after the other, through \`cachedReader\`,
parsed. The Redis server, without persistence, runs on the same processors and is emptied before each run.
`;

export const projectCache: Bench = {
  name: 'project-cache',
  method,
  contenders,
  units: { ...WRITTEN_UNITS, 'detail read': 'ms' },
  targets: [
    {
      name: 'the sink, of a bare ioredis pipeline',
      at: 'least',
      limit: 0.6,
      actual: ratio(['orderloom-sink', 'written'], ['bare-pipeline', 'written']),
    },
    {
      name: 'a detail read from the cache, mean ms',
      at: 'most',
      limit: 1,
      actual: figure('orderloom-sink', 'detail read'),
    },
  ],
  rounds: { ci: 2, full: 5 },
};
