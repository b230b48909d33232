import { EngineError } from '@orderloom/engine';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { ConfigResourceTypes } from '../kafkajs/load-kafkajs.ts';
import { topicNames } from './topic-names.ts';
import { topicSettings, type Durability, type TopicSettings } from './topic-settings.ts';

/** What became of one topic. */
export type AppliedTopic = {
  readonly topic: string;
  readonly outcome: 'created' | 'kept';
  /** Settings of a kept topic that are not what a new one would get, `name: is, wanted`. They are not touched. */
  readonly differences: readonly string[];
};

/** Number of partitions of the topics that exist. */
const partitionCounts = async (
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const existing = new Set(await admin.listTopics());
  const found = topics.filter((topic) => existing.has(topic));
  if (found.length === 0) return new Map();
  const { topics: described } = await admin.fetchTopicMetadata({ topics: found });
  return new Map(described.map(({ name, partitions }) => [name, partitions.length]));
};

const LEADERS_WITHIN_MS = 15_000;
const LOOK_MS = 20;

const haveLeaders = async (admin: Admin, names: readonly string[]): Promise<boolean> => {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
    return topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if (error instanceof Error && 'retriable' in error && error.retriable === true) return false;
    throw error;
  }
};

/**
 * Makes topics and waits until every broker that is asked knows their leaders. kafkajs waits itself, but takes a broker
 * that has not heard of the topic yet for a failure.
 */
export const createTopics = async (admin: Admin, topics: readonly ITopicConfig[]): Promise<void> => {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  const end = Date.now() + LEADERS_WITHIN_MS;
  while (!(await haveLeaders(admin, names))) {
    if (Date.now() > end)
      throw new EngineError('log-unavailable', `${names.join(', ')}: no leaders yet`, { retryable: true });
    await pause(LOOK_MS);
  }
};

export const wrongPartitionCount = (topic: string, is: number, wanted: number): EngineError =>
  new EngineError(
    'partition-count',
    `${topic} has ${String(is)} partitions, this generation has ${String(wanted)}: slots would change their owners. ` +
      'Partitions never just grow; a new topic generation is switched to, slot by slot.',
    { retryable: false },
  );

const differencesOf = async (admin: Admin, { topic, config }: TopicSettings): Promise<string[]> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: Object.keys(config) }],
  });
  return (resources[0]?.configEntries ?? []).flatMap(({ configName, configValue }) => {
    const wanted = config[configName];
    return wanted === undefined || wanted === configValue
      ? []
      : [`${configName}: ${configValue}, wanted ${wanted}`];
  });
};

/**
 * Makes the topics that are missing, with their settings; those that exist are kept as they are.
 * Throws `partition-count` before anything is made, where a topic has another number of partitions.
 */
export const applyTopics = async (
  kafka: Kafka,
  options: { readonly partitions: number; readonly durability: Durability; readonly prefix?: string },
): Promise<readonly AppliedTopic[]> => {
  const wanted = topicSettings(topicNames(options.prefix), options.partitions, options.durability);
  return makeTopics(kafka, wanted);
};

/** Throws `partition-count` where one of them exists with another count, before any is made. */
export const makeTopics = async (
  kafka: Kafka,
  wanted: readonly TopicSettings[],
): Promise<readonly AppliedTopic[]> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const counts = await partitionCounts(
      admin,
      wanted.map(({ topic }) => topic),
    );
    for (const { topic, partitions } of wanted) {
      const count = counts.get(topic);
      if (count !== undefined && count !== partitions) throw wrongPartitionCount(topic, count, partitions);
    }
    const missing = wanted.filter(({ topic }) => !counts.has(topic));
    if (missing.length > 0)
      await createTopics(
        admin,
        missing.map(({ topic, partitions, replicas, config }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      );
    const applied: AppliedTopic[] = [];
    for (const settings of wanted)
      applied.push(
        counts.has(settings.topic)
          ? { topic: settings.topic, outcome: 'kept', differences: await differencesOf(admin, settings) }
          : { topic: settings.topic, outcome: 'created', differences: [] },
      );
    return applied;
  } finally {
    await admin.disconnect();
  }
};
