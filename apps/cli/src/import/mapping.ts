import type { OutsideCommand } from '../connection/outside-command.ts';

/** A place in a file that makes it unusable: nothing of the file is applied. */
export type FileProblem = {
  /** Line of the file, from 1; the header is line 1. */
  readonly line: number;
  /** The row as the file names it; `null` where it could not be read that far. */
  readonly rowId: string | null;
  /** A stable name of the reason. */
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
};

/** What every mapping's rows have: an id that is unique in the file, and an instant that never runs backwards. */
export type ImportRow = {
  readonly id: string;
  readonly line: number;
  /** ms since 1970 UTC. */
  readonly at: number;
};

/** What a row asks for, or why it cannot be asked: it names what the log never introduced. */
export type Translation =
  | { readonly commands: readonly OutsideCommand[] }
  | { readonly refused: { readonly code: string; readonly reason: string } };

/** What has been learned so far of the orders that the rows named. */
export type OrderMemory = {
  /** Id of the order that the file calls `externalId`; `undefined` where it was not accepted. */
  readonly orderIdOf: (externalId: string) => string | undefined;
};

/** What the user chose for the whole run. */
export type MappingOptions = { readonly currency: string };

export type ParsedFile<R extends ImportRow> = {
  /** In the order of the file; empty where there are problems. */
  readonly rows: readonly R[];
  readonly problems: readonly FileProblem[];
};

/** One foreign format: how its file is read, and which commands a row becomes. A new one joins in `mappings.ts`. */
export type ImportMapping<R extends ImportRow = ImportRow> = {
  /** As the command line and the command ids name it. */
  readonly name: string;
  /** One line about the file, for `--help`. */
  readonly summary: string;
  /** Reads and checks the whole file. Pure. */
  readonly parse: (file: Uint8Array) => ParsedFile<R>;
  /** Learns what the rows say of each other, and gives the translation of one row. Pure. */
  readonly translator: (
    rows: readonly R[],
    options: MappingOptions,
  ) => (row: R, memory: OrderMemory) => Translation;
  /** The order that a row introduces, as the file calls it; `null` for all other rows. */
  readonly introduces: (row: R) => string | null;
};
