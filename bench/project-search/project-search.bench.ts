import type { Bench, Target } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { WRITTEN_UNITS } from '../projecting/written.ts';
import { contenders } from './contenders.ts';

const ofLoop = (name: string, loop: string): Target => ({
  name,
  at: 'least',
  limit: 0.8,
  actual: ratio(['orderloom-sink', 'written'], [loop, 'written']),
});

const method = `
The log of one engine in which orders were placed, paid, shipped and delivered, with their stock, buyers and parcels, is
projected in windows of 500 events. Every contender writes what the projector makes of it: each view's document once a
window, and each stream's events of the window as one chunk. \`bare-bulk\` sends the same documents in the same portions
with plain index operations into an index of the same settings, and nothing is searchable before its end; \`fresh-bulk\` is the same on indices that the
server refreshes as often as Orderloom does. \`written\` = documents and chunks, by the time until all are searchable. The Elasticsearch server (512 MB heap, one node) runs on the same processors, and is shared by all runs.
`;

export const projectSearch: Bench = {
  name: 'project-search',
  method,
  contenders,
  units: WRITTEN_UNITS,
  targets: [
    ofLoop('the sink, of the bare bulk loop', 'bare-bulk'),
    ofLoop('the sink, of the loop that is as fresh', 'fresh-bulk'),
  ],
  rounds: { ci: 2, full: 5 },
};
