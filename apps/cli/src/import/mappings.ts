import type { FileProblem, ImportMapping, ImportRow } from './mapping.ts';
import { ocelMapping } from './ocel/ocel-mapping.ts';
import type { ImportReport } from './report.ts';
import { type ImportRun, runImport } from './run-import.ts';

/** A file that was read: what is wrong with it, or what can be done with it. */
type ReadFile = {
  readonly problems: readonly FileProblem[];
  readonly total: number;
  readonly run: (run: Omit<ImportRun<ImportRow>, 'mapping' | 'rows'>) => Promise<ImportReport>;
};

/** A mapping as the command line sees it: what its rows are is its own business. */
export type ImportFormat = {
  readonly name: string;
  readonly summary: string;
  readonly read: (file: Uint8Array) => ReadFile;
};

const plugged = <R extends ImportRow>(mapping: ImportMapping<R>): ImportFormat => ({
  name: mapping.name,
  summary: mapping.summary,
  read: (file) => {
    const { rows, problems } = mapping.parse(file);
    return { problems, total: rows.length, run: (run) => runImport({ ...run, mapping, rows }) };
  },
});

/** Every format that `orderloom import` reads. A new one joins here. */
export const importFormats: readonly ImportFormat[] = [plugged(ocelMapping)];
