import type { Counts } from '../connection/job.ts';

/** A row that the engine, or the log itself, did not allow. */
export type RefusedRow = { readonly row: string; readonly code: string };

/** What `import --json` prints; `refusedRows` names every refused row beside the counts. */
export type ImportReport = {
  /** Orders of the file that are in the engine now. */
  readonly orders: number;
  /** Commands that this run added. */
  readonly accepted: number;
  /** Commands that an earlier run had added already. */
  readonly duplicate: number;
  /** Rejection code -> commands. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Events by which the log grew during this run. */
  readonly events: number;
  readonly refusedRows: readonly RefusedRow[];
};

const REFUSED = 'refused:';
const ROW = 'row:';

/** The name under which refusals of a code are counted. */
export const refusedKey = (code: string): string => REFUSED + code;

/** The name under which one refused row is kept in the record that settles it. */
export const rowKey = ({ row, code }: RefusedRow): string => `${ROW}${code}:${row}`;

/** Rejection code -> how many. */
export const rejectedIn = (counts: Counts): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) =>
      name.startsWith(REFUSED) ? [[name.slice(REFUSED.length), count] as const] : [],
    ),
  );

/** Rows that the records of a job name, oldest first. */
export const refusedRowsIn = (records: readonly Counts[]): readonly RefusedRow[] =>
  records.flatMap((counts) =>
    Object.keys(counts).flatMap((name) => {
      const [, code, row] = /^row:([^:]+):(.+)$/s.exec(name) ?? [];
      return code !== undefined && row !== undefined ? [{ row, code }] : [];
    }),
  );

const SHOWN_ROWS = 50;

/** The report for people. */
export const reportLines = (report: ImportReport): readonly string[] => {
  const refused = Object.entries(report.rejected);
  const rows = report.refusedRows.slice(0, SHOWN_ROWS).map(({ row, code }) => `  row ${row}: ${code}`);
  const more = report.refusedRows.length - rows.length;
  return [
    `${report.orders} orders; ${report.accepted} commands accepted, ${report.duplicate} were there already, ` +
      `${report.events} new events.`,
    refused.length === 0
      ? 'Nothing was refused.'
      : `Refused: ${refused.map(([code, count]) => `${count} ${code}`).join(', ')}.`,
    ...rows,
    ...(more > 0 ? [`  and ${more} more; --json lists all`] : []),
  ];
};
