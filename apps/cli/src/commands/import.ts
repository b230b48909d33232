import { createHash } from 'node:crypto';
import { type Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { patient } from '../connection/patient.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { type ImportFormat, importFormats } from '../import/mappings.ts';
import { progressOn } from '../import/progress.ts';
import { reportLines } from '../import/report.ts';
import { readInput, unusableFile } from './input-file.ts';
import { type CommonOptions, engineCommand, groupCommand, surroundingsOf } from './options.ts';

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
  if (read.problems.length > 0) throw unusableFile(file, 'imported', read.problems);
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
