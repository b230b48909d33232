// npm run stack -- up|down|status|logs     (npm run stack -- --help says more)
import { down } from './cli/down.ts';
import { lastLines, logsText } from './cli/logs.ts';
import { HELP, optionsOf, UsageError, type Options } from './cli/options.ts';
import { standingOf, statusText, variablesText } from './cli/status.ts';
import { up } from './cli/up.ts';
import { runFolder } from './run/run-folder.ts';

const print = (options: Options, value: unknown, text: string): void => {
  const shown = options.json ? JSON.stringify(value, null, 2) : text;
  if (shown !== '') process.stdout.write(`${shown}\n`);
};

const run = async (options: Options): Promise<number> => {
  const folder = runFolder();
  const standings = () => options.names.map((name) => standingOf(folder, name));
  switch (options.command) {
    case 'up': {
      const code = await up(folder, options);
      print(options, standings(), variablesText(standings()));
      return code;
    }
    case 'down':
      await down(folder, options.names);
      if (options.json) print(options, standings(), '');
      return 0;
    case 'status':
      print(options, standings(), statusText(standings()));
      return standings().every(({ state }) => state === 'up') ? 0 : 1;
    case 'logs': {
      const logs = lastLines(standings(), options.lines);
      print(options, logs, logsText(logs));
      return 0;
    }
  }
};

// Whoever is starting a server ends it: see guard-entry.ts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
try {
  const options = optionsOf(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else process.exitCode = await run(options);
} catch (error) {
  process.stderr.write(`stack: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
