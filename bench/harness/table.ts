import type { Report, Result } from './report.ts';
import type { Met } from './verdict.ts';

type Row = readonly string[];

/** A number with as many digits as mean something. */
export const figure = (value: number | null): string => {
  if (value === null) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
};

const metText = (met: Met): string => (typeof met === 'string' ? met : met ? 'met' : 'MISSED');

const resultRow = (result: Result): Row =>
  result.notMeasured === undefined
    ? [
        result.name,
        result.unit,
        figure(result.min),
        figure(result.median),
        figure(result.max),
        String(result.runs.length),
      ]
    : [result.name, '', '-', 'not measured', '-', '0'];

const RESULT_HEAD: Row = ['what', 'unit', 'min', 'median', 'max', 'runs'];
const TARGET_HEAD: Row = ['target', 'limit', 'min', 'median', 'max', 'verdict'];

/** The rows of both tables, heads first, and a line for each contender that could not run. */
const rowsOf = (report: Report): { results: Row[]; targets: Row[]; reasons: string[] } => ({
  results: [RESULT_HEAD, ...report.results.map(resultRow)],
  targets: [
    TARGET_HEAD,
    ...report.targets.map((target): Row => [
      target.name,
      target.target,
      figure(target.min),
      figure(target.actual),
      figure(target.max),
      metText(target.met),
    ]),
  ],
  reasons: report.results.flatMap(({ name, notMeasured }) =>
    notMeasured === undefined ? [] : [`${name}: not measured: ${notMeasured}`],
  ),
});

const isNumber = (column: number, rows: readonly Row[]): boolean =>
  rows.slice(1).every((row) => /^[\d.,-]+$|^not measured$/.test(row[column] ?? ''));

const padded = (rows: readonly Row[]): string[][] => {
  const columns = rows[0]?.map((_, column) => column) ?? [];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) =>
      isNumber(column, rows) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    ),
  );
};

const plain = (rows: readonly Row[]): string =>
  padded(rows)
    .map((row) => row.join('  ').trimEnd())
    .join('\n');

const markdown = (rows: readonly Row[]): string => {
  const [head = [], ...body] = padded(rows).map((row) => `| ${row.join(' | ')} |`);
  const widths = padded(rows)[0]?.map((cell) => cell.length) ?? [];
  const rule = widths.map((width, column) =>
    isNumber(column, rows) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n');
};

/** The report for a terminal. */
export const plainReport = (report: Report): string => {
  const { results, targets, reasons } = rowsOf(report);
  const { machine } = report;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${report.name}, size ${report.size}, ${report.date}`,
    `${machine.cpus}; ${machine.memory}; ${machine.system}; ${machine.disk}; load ${machine.load}`,
    versions.join(', '),
    '',
    plain(results),
    ...reasons,
    '',
    plain(targets),
    '',
  ].join('\n');
};

/** The two tables and the reasons as Markdown. */
export const markdownTables = (report: Report): { results: string; targets: string; reasons: string } => {
  const { results, targets, reasons } = rowsOf(report);
  return {
    results: markdown(results),
    targets: markdown(targets),
    reasons: reasons.map((reason) => `- ${reason}`).join('\n'),
  };
};
