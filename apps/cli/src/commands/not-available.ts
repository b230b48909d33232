import { Command } from 'commander';
import { CliError, EXIT } from '../cli-error.ts';

/** Commands that later versions have, and what helps until then. */
const LATER: Readonly<Record<string, readonly [summary: string, instead: string]>> = {
  sql: ['Query the archive in SQL', 'read one stream: orderloom history STREAM --json'],
  whatif: ['Try commands without recording them', 'orderloom explain STREAM says what is possible'],
  erase: ['Erase the personal data of a person', 'nothing else does it; keep keys.db safe until then'],
  config: ['Show the configuration', 'docs/reference lists every environment variable'],
};

/** Commands of later versions: they are named, and say that they are not here yet. Exit code 3. */
export const laterCommands = (): readonly Command[] =>
  Object.entries(LATER).map(([name, [summary, instead]]) =>
    new Command(name)
      .summary(`${summary} (not in this version)`)
      .allowUnknownOption()
      .allowExcessArguments()
      .option('--json', 'print the message as JSON')
      .addHelpText('after', `\nExample:\n  orderloom ${name}`)
      .action(() => {
        throw new CliError(EXIT.notAvailable, {
          ...{ code: 'not-available', message: `${name} is not available in this version`, remedy: instead },
        });
      }),
  );
