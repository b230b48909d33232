import { parseArgs } from 'node:util';
import { readConfig, type Config } from '@orderloom/runtime';

export const HELP = `Serves one Orderloom engine over HTTP on this machine.

  node apps/command-service/dist/main.js [--data DIR] [--port N]

  --data DIR   data folder (ORDERLOOM_DATA, default .orderloom)
  --port N     port; 0 takes any free one (PORT, default 7070)
  --help       this text

Everything else comes from the environment; see docs/reference/configuration.md.
`;

/** Configuration of one run: flags before environment. `undefined`: the help was asked for. */
export const serveOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Config | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  return readConfig({
    ...env,
    ...(values.data === undefined ? {} : { ORDERLOOM_DATA: values.data }),
    ...(values.port === undefined ? {} : { PORT: values.port }),
  });
};

/** Whether the command line names a flag that does not exist, or leaves out a value. */
export const isFlagError = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  String(error.code).startsWith('ERR_PARSE_ARGS_');
