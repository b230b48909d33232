import type { Command } from 'commander';
import {
  ACCESS_ROLES,
  applyTopics,
  generationsState,
  grantAccess,
  type AccessGrant,
  type AppliedTopic,
} from '@orderloom/kafka';
import { usageError } from '../cli-error.ts';
import { columns, terminalOf } from '../terminal.ts';
import { groupCommand, partitionsIn } from './options.ts';
import { clusterIn, onCluster, type TopicsOptions } from './topics-cluster.ts';
import { generationsCommand, growCommand, switchCommand } from './topics-generations.ts';

type ApplyOptions = TopicsOptions & {
  readonly partitions?: string;
  readonly dev?: boolean;
  readonly allow?: readonly string[];
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
  const partitions = partitionsIn(options);
  const durability = options.dev === true ? 'dev' : 'cluster';
  const allowed = grantsIn(options);
  const { kafka, js, prefix } = clusterIn(options);
  return onCluster(async () => {
    const topics = await applyTopics(js, { partitions, prefix, durability });
    if (allowed.length === 0) return { topics, allowed };
    const { counts } = await generationsState({ kafka, prefix });
    for (const [before] of counts.entries())
      await grantAccess(js, allowed, { prefix, generation: before + 1 });
    return { topics, allowed };
  });
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
    summary: 'Make the Kafka topics, and let them grow',
    examples: ['topics apply --brokers 127.0.0.1:9092 --dev', 'topics grow --partitions 24'],
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
  for (const command of [generationsCommand(), growCommand(), switchCommand()]) topics.addCommand(command);
  return topics;
};
