import { parseArgs } from 'node:util';
import { SERVER_NAMES, type ServerName } from '../servers/servers.ts';

const COMMANDS = ['up', 'down', 'status', 'logs'] as const;
type Command = (typeof COMMANDS)[number];

/** What one call of `npm run stack` asks for. */
export type Options = {
  readonly command: Command;
  readonly names: readonly ServerName[];
  readonly brokers: 1 | 3;
  readonly esNodes: 1 | 2;
  readonly lines: number;
  readonly json: boolean;
};

/** The call cannot be understood; the message says what can be asked for. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const HELP = `Real Kafka, Elasticsearch, Schema Registry and Redis on this machine, without Docker.

  npm run stack -- up [SERVER ...] [--brokers 1|3] [--es-nodes 1|2] [--json]
  npm run stack -- status [SERVER ...] [--json]
  npm run stack -- logs [SERVER ...] [--lines N]
  npm run stack -- down [SERVER ...]

  SERVER      ${SERVER_NAMES.join(', ')}; all of them where none is named
  --brokers   how many Kafka brokers (default: 1)
  --es-nodes  how many Elasticsearch nodes (default: 1)
  --lines     how many lines of each log (default: 50)
  --json      the result as JSON

up downloads what is missing into a folder that later runs use again, starts each server on a free port of 127.0.0.1
and prints the variables that Orderloom reads; it changes nothing about a server that is up. down ends the processes
and removes their data. Debian packages are installed only with ORDERLOOM_STACK_INSTALL=1.

Exit code: 0; 1 where a server did not start, or is not up (status); 2 where the call is wrong; 3 where something that
a server needs is missing on this machine.
`;

const isOneOf = <T extends string>(all: readonly T[], text: string): text is T =>
  (all as readonly string[]).includes(text);

const numberIn = <T extends number>(flag: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((number) => String(number) === text);
  if (found === undefined) throw new UsageError(`${flag} can be ${allowed.join(' or ')}`);
  return found;
};

const linesOf = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError('--lines must be a number from 1');
  return Number(text);
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        brokers: { type: 'string', default: '1' },
        'es-nodes': { type: 'string', default: '1' },
        lines: { type: 'string', default: '50' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** Reads the command line; `undefined`: help was asked for. Throws `UsageError`. */
export const optionsOf = (args: readonly string[]): Options | undefined => {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [command = '', ...names] = positionals;
  if (!isOneOf(COMMANDS, command))
    throw new UsageError(`say what to do: ${COMMANDS.join(', ')} (--help says more)`);
  const known = names.filter((name) => isOneOf(SERVER_NAMES, name));
  const stranger = names.find((name) => !isOneOf(SERVER_NAMES, name));
  if (stranger !== undefined)
    throw new UsageError(`there is no server ${stranger}; there are ${SERVER_NAMES.join(', ')}`);
  return {
    command,
    names: known.length > 0 ? known : SERVER_NAMES,
    brokers: numberIn('--brokers', values.brokers, [1, 3]),
    esNodes: numberIn('--es-nodes', values['es-nodes'], [1, 2]),
    lines: linesOf(values.lines),
    json: values.json,
  };
};
