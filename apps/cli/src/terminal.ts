import { styleText } from 'node:util';

/** Where a command writes: results to `out`, everything that is said beside them to `err`. */
export type Terminal = {
  /** One result: as JSON on one line with `--json`, else the lines that `asText` gives. */
  readonly result: (value: object, asText: () => readonly string[]) => void;
  /** A remark for people; never with `--json`. */
  readonly note: (line: string) => void;
  readonly json: boolean;
  readonly tty: boolean;
};

/** The terminal of this process. */
export const terminalOf = (json: boolean): Terminal => ({
  json,
  tty: process.stderr.isTTY,
  result: (value, asText) => {
    process.stdout.write(
      json
        ? `${JSON.stringify(value)}\n`
        : asText()
            .map((line) => `${line}\n`)
            .join(''),
    );
  },
  note: (line) => {
    if (!json) process.stderr.write(`${line}\n`);
  },
});

/** Text in a colour, where standard output shows colours. */
export const tinted = (format: Parameters<typeof styleText>[0], text: string): string =>
  styleText(format, text, { stream: process.stdout });

/** Rows under each other, columns two spaces apart. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
