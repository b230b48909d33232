import { parseArgs } from 'node:util';
import { ConfigError, readConfig, type Config } from '@orderloom/runtime';

export const HELP = `Serves one Orderloom engine over HTTP on this machine.

  node apps/command-service/dist/main.js [--data DIR] [--port N] [--config FILE] [--roles http,commands]

  --data DIR   data folder (ORDERLOOM_DATA, default .orderloom)
  --port N     port; 0 takes any free one (PORT, default 7070)
  --config F   module with lifecycles of your own (ORDERLOOM_CONFIG); see docs/how-to/own-lifecycle.md
  --roles R    http, commands, or both with a comma between (default); with the kafka profile only
  --help       this text

Everything else comes from the environment; see docs/reference/configuration.md.
`;

/** What one process of the Kafka profile does; the embedded profile is always both. */
const ROLES = ['http', 'commands'] as const;
export type Role = (typeof ROLES)[number];

export type ServeOptions = { readonly config: Config; readonly roles: ReadonlySet<Role> };

const rolesIn = (said: string | undefined, config: Config): ReadonlySet<Role> => {
  if (said === undefined) return new Set(ROLES);
  const known = new Set(ROLES.filter((role) => said.split(',').includes(role)));
  if (said.split(',').length !== known.size)
    throw new ConfigError(['--roles can be http, commands or http,commands']);
  if (config.profile === 'embedded' && known.size < ROLES.length)
    throw new ConfigError(['--roles divides the kafka profile only: the embedded one is a single process']);
  return known;
};

/** Configuration of one run: flags before environment. `undefined`: the help was asked for. */
export const serveOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServeOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      config: { type: 'string' },
      roles: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return undefined;
  const config = readConfig({
    ...env,
    ...(values.data === undefined ? {} : { ORDERLOOM_DATA: values.data }),
    ...(values.config === undefined ? {} : { ORDERLOOM_CONFIG: values.config }),
    ...(values.port === undefined ? {} : { PORT: values.port }),
  });
  return { config, roles: rolesIn(values.roles, config) };
};

/** Whether the command line names a flag that does not exist, or leaves out a value. */
export const isFlagError = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  String(error.code).startsWith('ERR_PARSE_ARGS_');
