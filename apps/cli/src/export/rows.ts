/** One exported thing: its line, and the place behind it, from which an interrupted export goes on. */
export type Row = { readonly line: string; readonly place: string };

export type Format = 'csv' | 'jsonl';

/** What is exported: the same rows, in the same order, whenever they are asked for. */
export type Rows = {
  /** The line above all rows; '': there is none. */
  readonly header: string;
  /** How many rows there are, about; for the progress. */
  readonly total: number;
  /** From behind a place on; from the beginning where it is `null`. */
  readonly from: (place: string | null) => AsyncIterable<Row> | Iterable<Row>;
};
