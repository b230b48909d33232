import { Command } from 'commander';
import { archiveCommand } from './commands/archive.ts';
import { clockCommand } from './commands/clock.ts';
import { demoCommand } from './commands/demo.ts';
import { effectsCommand } from './commands/effects.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { lifecycleCommand } from './commands/lifecycle.ts';
import { migrateCommand } from './commands/migrate.ts';
import { laterCommands } from './commands/not-available.ts';
import { timersCommand } from './commands/operations.ts';
import { parkedCommand } from './commands/parked.ts';
import { placeCommand } from './commands/place.ts';
import { previewCommand } from './commands/preview.ts';
import { projectionCommand } from './commands/projection.ts';
import { reconcileCommand, reconciliationsCommand } from './commands/reconcile.ts';
import { schemasCommand } from './commands/schemas.ts';
import { searchCommand } from './commands/search.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { explainCommand, historyCommand, showCommand, traceCommand } from './commands/show.ts';
import { topicsCommand } from './commands/topics.ts';
import { verifyCommand } from './commands/verify.ts';
import { workCommand } from './commands/work.ts';
import { VERSION } from './version.ts';

const commands = (): readonly Command[] => [
  serveCommand(),
  demoCommand(),
  placeCommand(),
  sendCommand(),
  showCommand(),
  historyCommand(),
  explainCommand(),
  traceCommand(),
  previewCommand(),
  searchCommand(),
  workCommand(),
  ledgerCommand(),
  reconcileCommand(),
  reconciliationsCommand(),
  timersCommand(),
  parkedCommand(),
  effectsCommand(),
  projectionCommand(),
  importCommand(),
  exportCommand(),
  clockCommand(),
  verifyCommand(),
  schemasCommand(),
  topicsCommand(),
  archiveCommand(),
  migrateCommand(),
  lifecycleCommand(),
  ...laterCommands(),
];

const EXIT_CODES =
  'Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not in this version, 4 no engine, 70 a defect.';

/** Commander ends the process by itself unless every command is told not to. */
const throwing = (command: Command): Command => {
  command.exitOverride();
  command.configureOutput({ outputError: () => undefined });
  for (const inner of command.commands) throwing(inner);
  return command;
};

/** The `orderloom` command line. Throws `CommanderError` or `CliError` instead of ending the process. */
export const program = (): Command => {
  const root = new Command('orderloom')
    .description('Event-sourced orders: every change is a command, every outcome an event.')
    .version(VERSION)
    .showSuggestionAfterError(true)
    .addHelpText('after', `\nExample:\n  orderloom demo\n\n${EXIT_CODES}`);
  for (const command of commands()) root.addCommand(command);
  return throwing(root);
};
