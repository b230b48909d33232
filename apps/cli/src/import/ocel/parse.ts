import { nearestName } from '@orderloom/runtime';
import { csvFields } from '../csv.ts';
import type { FileProblem, ParsedFile } from '../mapping.ts';
import { type TextLine, textLines } from '../text-file.ts';
import { historyProblems } from './history-checks.ts';
import { type Cells, COLUMNS, isRow, readRow } from './read-row.ts';
import type { OcelRow } from './row.ts';

const problem = (line: number, code: string, reason: string, remedy: string): FileProblem => ({
  ...{ line, rowId: null, code, reason, remedy },
});

const headerProblem = (names: readonly string[] | undefined): FileProblem | undefined => {
  const missing = COLUMNS.filter((column) => !names?.includes(column));
  if (names && missing.length === 0 && new Set(names).size === names.length) return undefined;
  if (missing.length === 0)
    return problem(1, 'wrong-header', 'a column stands there twice', 'keep one of them');
  const [first = ''] = missing;
  const near = nearestName(first, names ?? []);
  return problem(
    1,
    'wrong-header',
    `the header has no column ${missing.join(', ')}`,
    near === undefined
      ? 'export the log as OCEL 1.0 CSV; the first line names the columns'
      : `is "${near}" meant to be "${first}"?`,
  );
};

const cellsOf = (names: readonly string[], fields: readonly string[]): Cells =>
  Object.fromEntries(COLUMNS.map((column) => [column, fields[names.indexOf(column)] ?? ''])) as Cells;

const readLine = (names: readonly string[], line: TextLine, last: boolean): OcelRow | FileProblem => {
  const fields = csvFields(line.text);
  if (fields?.length !== names.length)
    return problem(
      line.number,
      last ? 'file-cut' : 'broken-row',
      fields
        ? `the row has ${fields.length} fields, the header ${names.length}`
        : 'a quote is open, or something stands behind a closed one',
      last ? 'the file is cut in the middle: copy it again' : 'put fields with commas in double quotes',
    );
  const row = readRow(line.number, cellsOf(names, fields));
  return isRow(row)
    ? row
    : { line: line.number, rowId: fields[names.indexOf('ocel:eid')]?.trim() ?? null, ...row };
};

const isProblem = (read: OcelRow | FileProblem): read is FileProblem => 'remedy' in read;
const isWhole = (read: OcelRow | FileProblem): read is OcelRow => !isProblem(read);

/** Reads a whole order log (OCEL 1.0, CSV) and names everything that is wrong with it. O(size). */
export const parseOcel = (file: Uint8Array): ParsedFile<OcelRow> => {
  const { lines, problems } = textLines(file);
  const [header, ...body] = lines;
  if (header === undefined) return { rows: [], problems };
  const names = csvFields(header.text)?.map((name) => name.trim());
  const wrong = headerProblem(names);
  if (wrong || !names) return { rows: [], problems: wrong ? [wrong] : [] };
  if (body.length === 0)
    return {
      rows: [],
      problems: [problem(1, 'empty-file', 'the file has a header and no rows', 'export it again')],
    };
  const read = body.map((line, index) => readLine(names, line, index === body.length - 1));
  const rows = read.filter(isWhole);
  const found = [...read.filter(isProblem), ...historyProblems(rows)];
  return found.length > 0
    ? { rows: [], problems: found.sort((a, b) => a.line - b.line) }
    : { rows, problems: [] };
};
