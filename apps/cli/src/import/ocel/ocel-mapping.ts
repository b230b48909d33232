import type { ImportMapping } from '../mapping.ts';
import { parseOcel } from './parse.ts';
import type { OcelRow } from './row.ts';
import { ocelTranslator } from './translate.ts';

/** Order logs in the CSV form of OCEL 1.0, as process-mining tools exchange them. */
export const ocelMapping: ImportMapping<OcelRow> = {
  name: 'ocel',
  summary: 'an order log in OCEL 1.0 CSV: place, confirm, pay, pick, pack, send, deliver',
  parse: parseOcel,
  translator: ocelTranslator,
  introduces: ({ activity, orders }) => (activity === 'place order' ? (orders[0] ?? null) : null),
};
