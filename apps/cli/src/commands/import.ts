import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Command } from 'commander';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import { patient } from '../connection/patient.ts';
import { withEngine } from '../connection/reach-engine.ts';
import type { FileProblem } from '../import/mapping.ts';
import { type ImportFormat, importFormats } from '../import/mappings.ts';
import { progressOn } from '../import/progress.ts';
import { reportLines } from '../import/report.ts';
import { type CommonOptions, engineCommand, groupCommand, surroundingsOf } from './options.ts';

const readInput = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw usageError(`${file} cannot be read (${code})`, 'check the path of the file');
  }
};

const SHOWN_PROBLEMS = 20;

/** A file that cannot be used: what is wrong with it, and the proof that nothing was applied is that nothing was sent. */
const unusable = (file: string, problems: readonly FileProblem[]): CliError => {
  const lines = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(
      ({ line, rowId, reason, remedy }) =>
        `line ${line}${rowId === null ? '' : ` (row ${rowId})`}: ${reason}; ${remedy}`,
    );
  const more = problems.length - lines.length;
  const heading = `${file} cannot be imported, and nothing of it was:`;
  return new CliError(EXIT.refused, {
    code: 'file-unusable',
    message: [heading, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '),
    remedy: 'correct the file and run the same line again',
    details: { problems },
  });
};

/** Money in the files has two decimals. */
const CURRENCY = /^[A-Z]{3}$/;

const currencyOf = (text: string): string => {
  const digits = CURRENCY.test(text)
    ? new Intl.NumberFormat('en', { style: 'currency', currency: text }).resolvedOptions()
        .maximumFractionDigits
    : undefined;
  if (digits !== 2)
    throw usageError(
      `${text} is no currency with two decimals`,
      'name one by its ISO 4217 code: --currency EUR',
    );
  return text;
};

type Options = CommonOptions & { readonly currency: string };

const importFile = async (format: ImportFormat, file: string, options: Options): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options, format.name);
  const currency = currencyOf(options.currency);
  const bytes = readInput(file);
  const read = format.read(bytes);
  if (read.problems.length > 0) throw unusable(file, read.problems);
  const source = createHash('sha256').update(bytes).digest('hex');
  const progress = progressOn(terminal, 'Importing', read.total);
  try {
    const report = await withEngine({ ...reach, creates: true }, (api) =>
      read.run({ api: patient(api), source, options: { currency }, onProgress: progress.at }),
    );
    progress.stop();
    terminal.result(report, () => reportLines(report));
  } finally {
    progress.stop();
  }
};

const formatCommand = (format: ImportFormat): Command =>
  engineCommand(
    {
      usage: `${format.name} <file>`,
      summary: format.summary,
      examples: [
        `import ${format.name} docs/tutorial/orders.${format.name}.csv`,
        `import ${format.name} orders.csv --currency USD --tenant june --json`,
      ],
    },
    format.name,
  )
    .option('--currency <code>', 'currency of the prices, ISO 4217', 'EUR')
    .action((file: string, options: Options) => importFile(format, file, options));

/** `orderloom import FORMAT FILE`. */
export const importCommand = (): Command => {
  const command = groupCommand({
    usage: 'import',
    summary: 'Send the rows of a foreign log through the engine as commands, in simulated time',
    examples: ['import ocel docs/tutorial/orders.ocel.csv'],
  });
  for (const format of importFormats) command.addCommand(formatCommand(format));
  return command;
};
