import type { TopicNames } from './topic-names.ts';

/** How long a topic keeps what, and how many copies of it there are. */
export type TopicSettings = {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string>>;
};

/** `cluster`: survives the loss of a broker. `dev`: one copy, for a machine of one broker. */
export type Durability = 'cluster' | 'dev';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FOR_EVER = '-1';
/** One group of events is one batch of records, so it must fit: twice the largest group. */
const LARGEST_BATCH = 4 << 20;
/** A command is at most 1 MiB at the HTTP edge; envelope and registry head come on top. */
const LARGEST_COMMAND = 1_200_000;
/** Progress is written many times a second, and read from the beginning by whoever takes a partition over. */
const COMPACTED = {
  'cleanup.policy': 'compact',
  'segment.ms': String(HOUR_MS / 6),
  'min.cleanable.dirty.ratio': '0.1',
} as const;

const COPIES = {
  cluster: { replicas: 3, 'min.insync.replicas': '2' },
  dev: { replicas: 1, 'min.insync.replicas': '1' },
} as const;

const settingsFor = (durability: Durability) => {
  const { replicas, ...insync } = COPIES[durability];
  const settings = (
    topic: string,
    partitions: number,
    retention: string,
    largest: number,
  ): TopicSettings => ({
    ...{ topic, partitions, replicas },
    config: {
      ...insync,
      'cleanup.policy': 'delete',
      'unclean.leader.election.enable': 'false',
      'retention.ms': retention,
      'max.message.bytes': String(largest),
    },
  });
  const compacted = (topic: string, partitions: number): TopicSettings => {
    const like = settings(topic, partitions, FOR_EVER, LARGEST_BATCH);
    return { ...like, config: { ...like.config, ...COMPACTED } };
  };
  return { settings, compacted };
};

/** The topics that each generation has anew. */
export const generationSettings = (
  names: TopicNames,
  partitions: number,
  durability: Durability,
): readonly TopicSettings[] => {
  const { settings, compacted } = settingsFor(durability);
  return [
    settings(names.internal, partitions, String(7 * DAY_MS), LARGEST_BATCH),
    settings(names.commands, partitions, String(7 * DAY_MS), LARGEST_COMMAND),
    settings(names.bulk, partitions, String(7 * DAY_MS), LARGEST_BATCH),
    settings(names.events, partitions, FOR_EVER, LARGEST_BATCH),
    settings(names.deadLetters, partitions, FOR_EVER, LARGEST_BATCH),
    settings(names.parked, partitions, FOR_EVER, LARGEST_BATCH),
    compacted(names.consumers, partitions),
  ];
};

/** What `topics apply` makes. Events are kept for ever: the archive decides when they may go. */
export const topicSettings = (
  names: TopicNames,
  partitions: number,
  durability: Durability,
): readonly TopicSettings[] => {
  const { settings, compacted } = settingsFor(durability);
  return [
    ...generationSettings(names, partitions, durability),
    settings(names.replies, partitions, String(HOUR_MS), LARGEST_BATCH),
    settings(names.globals, 1, FOR_EVER, LARGEST_BATCH),
    compacted(names.generations, 1),
  ];
};
