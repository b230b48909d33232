import type { Command } from 'commander';
import { EngineError } from '@orderloom/engine';
import { readConfig } from '@orderloom/runtime';
import { CliError, EXIT, unreachable } from '../cli-error.ts';
import { progressOn } from '../import/progress.ts';
import { moveUp, type MovedUp } from '../migrate/move-up.ts';
import {
  brokersIn,
  type CommonOptions,
  folderCommand,
  groupCommand,
  partitionsIn,
  registryIn,
  surroundingsOf,
} from './options.ts';

type Options = Pick<CommonOptions, 'data' | 'json'> & {
  readonly brokers?: string;
  readonly registry?: string;
  readonly partitions?: string;
  readonly prefix?: string;
};

const REMEDIES: Readonly<Record<string, string>> = {
  'folder-in-use': 'stop the engine first; its log must not grow while it is carried over',
  'log-missing': 'name the data folder with --data',
  'schema-not-published': 'run orderloom schemas publish first',
  'target-not-empty': 'name other topics with --prefix, and make them with orderloom topics apply',
};

const problemOf = (error: unknown): unknown => {
  if (!(error instanceof EngineError)) return error;
  const { code, message } = error;
  const remedy = REMEDIES[code];
  if (remedy === undefined && error.retryable)
    return unreachable(code, message, 'run the same line again: it goes on where it was');
  return new CliError(EXIT.refused, {
    code,
    message,
    remedy: remedy ?? 'run orderloom verify on the folder',
  });
};

const lines = ({ events, before, partitions, consumers }: MovedUp): readonly string[] => [
  `${events} events are in ${partitions} partitions${before > 0 ? `, ${before} of them from an earlier run` : ''}.`,
  ...(consumers.length > 0 ? [`Consumers go on where they were: ${consumers.join(', ')}.`] : []),
  'Start the service with ORDERLOOM_PROFILE=kafka on the same data folder: keys.db stays there.',
];

const migrate = async (options: Options): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const { kafkaAccess, kafkaPrefix } = readConfig(process.env);
  let progress: ReturnType<typeof progressOn> | undefined;
  try {
    const moved = await moveUp({
      folder: reach.data,
      cluster: { ...kafkaAccess, brokers: brokersIn(options), clientId: 'orderloom-cli' },
      registry: registryIn(options),
      partitions: partitionsIn(options),
      prefix: options.prefix ?? kafkaPrefix,
      onProgress: (done, total) => {
        progress ??= progressOn(terminal, 'Carrying over', total);
        progress.at(done);
      },
    });
    progress?.stop();
    terminal.result(moved, () => lines(moved));
  } catch (error) {
    throw problemOf(error);
  } finally {
    progress?.stop();
  }
};

/** `orderloom migrate`. */
export const migrateCommand = (): Command => {
  const command = groupCommand({
    usage: 'migrate',
    summary: 'Move an engine to where more machines can share it',
    examples: ['migrate embedded-to-kafka --data ./shop --brokers 127.0.0.1:9092'],
  });
  command.addCommand(
    folderCommand({
      usage: 'embedded-to-kafka',
      summary: 'Carry the log of a data folder into topics, with ids, versions and positions as they are',
      examples: [
        'migrate embedded-to-kafka --data ./shop --brokers 127.0.0.1:9092 --registry http://127.0.0.1:8081',
      ],
    })
      .option('--brokers <list>', 'brokers of the cluster (default: $ORDERLOOM_KAFKA_BROKERS)')
      .option('--registry <url>', 'schema registry (default: $ORDERLOOM_SCHEMA_REGISTRY_URL)')
      .option('--partitions <n>', 'partitions of the topics (default: $ORDERLOOM_KAFKA_PARTITIONS, else 12)')
      .option('--prefix <name>', 'beginning of the topics (default: $ORDERLOOM_KAFKA_PREFIX, else orderloom)')
      .action(migrate),
  );
  return command;
};
