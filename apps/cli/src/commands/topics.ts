import type { Command } from 'commander';
import { EngineError } from '@orderloom/engine';
import {
  ACCESS_ROLES,
  applyTopics,
  grantAccess,
  kafkaJs,
  type AccessGrant,
  type AppliedTopic,
} from '@orderloom/kafka';
import { readConfig } from '@orderloom/runtime';
import { CliError, EXIT, unreachable, usageError } from '../cli-error.ts';
import { columns, terminalOf } from '../terminal.ts';
import { brokersIn, groupCommand, partitionsIn } from './options.ts';

type ApplyOptions = {
  readonly brokers?: string;
  readonly partitions?: string;
  readonly prefix?: string;
  readonly dev?: boolean;
  readonly allow?: readonly string[];
  readonly json?: boolean;
};

const grantsIn = ({ allow = [] }: ApplyOptions): readonly AccessGrant[] =>
  allow.map((said) => {
    const [name, ...rest] = said.split('=');
    const role = ACCESS_ROLES.find((known) => known === name);
    const user = rest.join('=');
    if (role === undefined || user === '')
      throw usageError(
        `--allow ${said} names no role and user`,
        `one of ${ACCESS_ROLES.join(', ')}, = and a user`,
      );
    return { role, user };
  });

type Applied = { readonly topics: readonly AppliedTopic[]; readonly allowed: readonly AccessGrant[] };

const applied = async (options: ApplyOptions): Promise<Applied> => {
  const { kafkaAccess, kafkaPrefix } = readConfig(process.env);
  const wanted = {
    partitions: partitionsIn(options),
    prefix: options.prefix ?? kafkaPrefix,
    durability: options.dev === true ? 'dev' : 'cluster',
  } as const;
  const allowed = grantsIn(options);
  const kafka = kafkaJs({ ...kafkaAccess, brokers: brokersIn(options), clientId: 'orderloom-cli' });
  try {
    const topics = await applyTopics(kafka, wanted);
    await grantAccess(kafka, allowed, wanted.prefix);
    return { topics, allowed };
  } catch (error) {
    if (error instanceof EngineError && !error.retryable)
      throw new CliError(EXIT.refused, {
        ...{ code: error.code, message: error.message },
        remedy: REMEDIES[error.code] ?? 'see the page of errors',
      });
    const why = error instanceof Error ? error.message : 'the cluster does not answer';
    throw unreachable('kafka-unavailable', why, 'check --brokers; with a single broker say --dev');
  }
};

const REMEDIES: Readonly<Record<string, string>> = {
  'partition-count': 'say the count that the topics have: --partitions N',
  'not-available': 'leave --allow out, or give the brokers an authorizer.class.name',
};

const lines = ({ topics, allowed }: Applied, isDev: boolean): readonly string[] => [
  ...columns(topics.map(({ topic, outcome, differences }) => [topic, [outcome, ...differences].join('; ')])),
  ...allowed.map(({ role, user }) => `${user} is let in as ${role}.`),
  isDev
    ? 'One copy of each: an acknowledged command survives a killed broker, NOT the loss of its disk.'
    : 'Three copies of each, two before every answer: an acknowledged command survives the loss of a broker.',
];

const apply = async (options: ApplyOptions): Promise<void> => {
  const done = await applied(options);
  terminalOf(options.json === true).result(done, () => lines(done, options.dev === true));
};

/** `orderloom topics`. */
export const topicsCommand = (): Command => {
  const topics = groupCommand({
    usage: 'topics',
    summary: 'Make the Kafka topics',
    examples: ['topics apply --brokers 127.0.0.1:9092 --dev'],
  });
  topics.addCommand(
    groupCommand({
      usage: 'apply',
      summary: 'Make the topics that are missing, with their settings; those that exist are kept as they are',
      examples: ['topics apply --brokers 127.0.0.1:9092 --dev'],
    })
      .option('--brokers <list>', 'brokers of the cluster (default: $ORDERLOOM_KAFKA_BROKERS)')
      .option(
        '--partitions <n>',
        'partitions of the topic generation (default: $ORDERLOOM_KAFKA_PARTITIONS, else 12)',
      )
      .option(
        '--prefix <name>',
        'beginning of their names (default: $ORDERLOOM_KAFKA_PREFIX, else orderloom)',
      )
      .option(
        '--allow <role=user...>',
        `let users in, each as ${ACCESS_ROLES.join(', ')}; on a cluster with ACLs`,
      )
      .option('--dev', 'one copy of each topic, for a single broker')
      .option('--json', 'print the result as JSON')
      .action(apply),
  );
  return topics;
};
