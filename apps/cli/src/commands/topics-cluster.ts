import { EngineError } from '@orderloom/engine';
import { kafkaClient, kafkaJs } from '@orderloom/kafka';
import { readConfig } from '@orderloom/runtime';
import { CliError, EXIT, unreachable } from '../cli-error.ts';
import { brokersIn } from './options.ts';

/** What every command about topics is told. */
export type TopicsOptions = {
  readonly brokers?: string;
  readonly prefix?: string;
  readonly json?: boolean;
};

/** The cluster and the engine on it that are meant. */
export const clusterIn = (options: TopicsOptions) => {
  const { kafkaAccess, kafkaPrefix } = readConfig(process.env);
  const settings = { ...kafkaAccess, brokers: brokersIn(options), clientId: 'orderloom-cli' };
  return {
    kafka: kafkaClient(settings),
    js: kafkaJs(settings),
    prefix: options.prefix ?? kafkaPrefix,
  };
};

const REMEDIES: Readonly<Record<string, string>> = {
  'partition-count': 'say the count that the topics have: --partitions N',
  'not-available': 'leave --allow out, or give the brokers an authorizer.class.name',
  'generation-refused': 'see what there is: orderloom topics generations',
};

/** A refusal ends the command as one; whatever else fails is the cluster's. */
export const onCluster = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof EngineError && !error.retryable)
      throw new CliError(EXIT.refused, {
        ...{ code: error.code, message: error.message },
        remedy: REMEDIES[error.code] ?? 'see the page of errors',
      });
    const why = error instanceof Error ? error.message : 'the cluster does not answer';
    throw unreachable('kafka-unavailable', why, 'check --brokers; with a single broker say --dev');
  }
};
