import { Command } from 'commander';
import { readConfig } from '@orderloom/runtime';
import { usageError } from '../cli-error.ts';
import type { Reach } from '../connection/reach-engine.ts';
import { type Terminal, terminalOf } from '../terminal.ts';

/** Options that every command has. */
export type CommonOptions = {
  readonly data?: string;
  readonly url?: string;
  readonly tenant?: string;
  readonly json?: boolean;
};

/** What a command needs beside its own arguments. */
export type Surroundings = { readonly terminal: Terminal; readonly reach: Reach };

/** The folder that is meant: `--data`, else `ORDERLOOM_DATA`, else `.orderloom`. */
export const folderIn = (options: CommonOptions): string => options.data ?? readConfig(process.env).data;

export const surroundingsOf = (options: CommonOptions, tenant = 'main'): Surroundings => ({
  terminal: terminalOf(options.json === true),
  reach: { data: folderIn(options), url: options.url, tenant: options.tenant ?? tenant },
});

type Described = {
  /** Name and arguments: `show <stream>`. */
  readonly usage: string;
  readonly summary: string;
  /** Lines that work as they stand, shown under `--help`. */
  readonly examples: readonly string[];
};

const DATA_HELP = 'data folder (default: $ORDERLOOM_DATA, else .orderloom)';

/** A command that only groups others: an option of its own would be taken away from them. */
export const groupCommand = ({ usage, summary, examples }: Described): Command => {
  const [name = '', ...rest] = usage.split(' ');
  const command = new Command(name).summary(summary).description(summary);
  if (rest.length > 0) command.arguments(rest.join(' '));
  return command.addHelpText(
    'after',
    `\nExamples:\n${examples.map((line) => `  orderloom ${line}`).join('\n')}`,
  );
};

/** A command that reads files or starts processes, and so knows only the folder. */
export const folderCommand = (described: Described): Command =>
  groupCommand(described).option('--data <folder>', DATA_HELP).option('--json', 'print the result as JSON');

/** A command that talks to an engine. */
export const engineCommand = (described: Described, tenant = 'main'): Command =>
  folderCommand(described)
    .option('--url <address>', 'address of a running engine; no folder is looked at then')
    .option('--tenant <name>', `tenant (default: ${tenant})`);

/** The brokers that are meant: `--brokers`, else `ORDERLOOM_KAFKA_BROKERS`. */
export const brokersIn = ({ brokers }: { readonly brokers?: string }): readonly string[] => {
  const named = brokers?.split(',').filter((broker) => broker !== '') ?? readConfig(process.env).kafkaBrokers;
  if (named.length === 0) throw usageError('no broker is named', 'name one: --brokers 127.0.0.1:9092');
  return named;
};

const isHttp = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '');

/** The registry that is meant: `--registry`, else `ORDERLOOM_SCHEMA_REGISTRY_URL`. */
export const registryIn = ({ registry }: { readonly registry?: string }): string => {
  const url = registry ?? readConfig(process.env).schemaRegistryUrl;
  if (url === null)
    throw usageError('no schema registry is named', 'name it: --registry http://127.0.0.1:8081');
  if (!isHttp(url))
    throw usageError('the address of the registry is no HTTP address', 'write it so: http://127.0.0.1:8081');
  return url;
};

const MOST_PARTITIONS = 1024;

/** The count that is meant: `--partitions`, else `ORDERLOOM_KAFKA_PARTITIONS`. */
export const partitionsIn = ({ partitions }: { readonly partitions?: string }): number => {
  const count = partitions === undefined ? readConfig(process.env).kafkaPartitions : Number(partitions);
  if (!Number.isInteger(count) || count < 1 || count > MOST_PARTITIONS)
    throw usageError('--partitions is no number from 1 to 1024', 'leave it out for 12');
  return count;
};
