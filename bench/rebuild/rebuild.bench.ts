import type { Bench } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { WRITTEN_UNITS } from '../projecting/written.ts';
import { contenders } from './contenders.ts';

const method = `
The log of one engine in which orders were placed, paid, shipped and delivered, with their stock, buyers and parcels, is
there when a rebuild begins: a projector reads it in windows of 4 MB into an empty generation. \`bare-bulk\` sends the same
documents and chunks in the same portions with plain index operations, into an index of the same settings. \`written\` =
documents and chunks, by the time until all are searchable, or on SQLite until the file is closed. The Elasticsearch server (512 MB heap, one
node) runs on the same processors, and is shared by all runs. The comparison of a rebuild with the log is not in these figures.
`;

export const rebuild: Bench = {
  name: 'rebuild',
  method,
  contenders,
  units: WRITTEN_UNITS,
  targets: [
    {
      name: 'a rebuild into Elasticsearch, of the bare bulk loop',
      at: 'least',
      limit: 0.6,
      actual: ratio(['orderloom-rebuild', 'written'], ['bare-bulk', 'written']),
    },
  ],
  rounds: { ci: 2, full: 5 },
};
