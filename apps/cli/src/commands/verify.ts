import type { Command } from 'commander';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { liveGeneration } from '@orderloom/embedded';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { readConfig } from '@orderloom/runtime';
import { CliError, EXIT, unreachable } from '../cli-error.ts';
import { verifyKafka } from '../verify/verify-kafka.ts';
import { type Verdict, verifyLog } from '../verify/verify-log.ts';
import { verifyViews, type ViewsVerdict } from '../verify/verify-views.ts';
import { brokersIn, type CommonOptions, folderCommand, registryIn, surroundingsOf } from './options.ts';

type Options = CommonOptions & {
  readonly brokers?: string;
  readonly registry?: string;
  readonly prefix?: string;
};

/** A log's verdict, and what was compared of its views; `null`: there are none of this build, or the log is damaged. */
type FolderVerdict = Verdict & { readonly views?: ViewsVerdict | null };

const verifyFolder = async (folder: string): Promise<FolderVerdict> => {
  const log = readLog(folder);
  try {
    const codec = wireCodec();
    codec.bind(log.schemas);
    const registry = domainRegistry({ stepper: tableStepper });
    const verdict = await verifyLog({ groups: log.read(0), codec, registry });
    const generation = liveGeneration(folder, registry);
    // What a damaged log would make of them says nothing of the views.
    if (generation === undefined || verdict.violations.length > 0) return { ...verdict, views: null };
    const { verdict: views, violations } = await verifyViews({ folder, generation, log, codec, registry });
    return { ...verdict, views, violations };
  } finally {
    log.close();
  }
};

const viewsLine = (views: ViewsVerdict | null): string =>
  views === null
    ? 'The views were not compared.'
    : `${views.documents} documents and ${views.histories} histories of the views compared, at event ${views.index}.`;

const SHOWN = 20;

export const verdictLines = ({
  digest,
  orders,
  events,
  violations,
  onItsWay,
}: Verdict): readonly string[] => {
  const shown = violations
    .slice(0, SHOWN)
    .map((one) => `  ${one.stream} version ${one.version}: ${one.problem}`);
  const more = violations.length - shown.length;
  return [
    `${orders} orders, ${events} events, digest ${digest}`,
    violations.length === 0 ? 'No violation.' : `${violations.length} violations:`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more; --json lists all`] : []),
    ...(onItsWay > 0
      ? [
          `${onItsWay} lines differ between two partitions, and what they wait for may be on its way: verify again later`,
        ]
      : []),
  ];
};

const verifyTopics = async (options: Options): Promise<Verdict> => {
  const { kafkaAccess, kafkaPrefix } = readConfig(process.env);
  const cluster = { ...kafkaAccess, brokers: brokersIn(options), clientId: 'orderloom-cli' };
  const prefix = options.prefix ?? kafkaPrefix;
  try {
    return await verifyKafka({ cluster, registry: registryIn(options), prefix });
  } catch (error) {
    if (error instanceof CliError) throw error;
    const why = error instanceof Error ? error.message : 'the cluster does not answer';
    throw unreachable('kafka-unavailable', why, 'check --brokers and --registry');
  }
};

const verify = async (options: Options): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const verdict: FolderVerdict = await (options.brokers === undefined
    ? verifyFolder(reach.data)
    : verifyTopics(options));
  terminal.result(verdict, () => [
    ...verdictLines(verdict),
    ...(verdict.views === undefined ? [] : [viewsLine(verdict.views)]),
  ]);
  if (verdict.violations.length > 0) process.exitCode = EXIT.refused;
};

/** `orderloom verify`. */
export const verifyCommand = (): Command =>
  folderCommand({
    usage: 'verify',
    summary:
      'Check a log and its views from end to end, beside an engine or without one: exit code 1 where anything is wrong',
    examples: [
      'verify',
      'verify --data ./shop --json',
      'verify --brokers 127.0.0.1:9092 --registry http://127.0.0.1:8081',
    ],
  })
    .option('--brokers <list>', 'verify what these brokers hold instead of a folder')
    .option('--registry <url>', 'schema registry (default: $ORDERLOOM_SCHEMA_REGISTRY_URL)')
    .option('--prefix <name>', 'beginning of the topics (default: $ORDERLOOM_KAFKA_PREFIX, else orderloom)')
    .action(verify);
