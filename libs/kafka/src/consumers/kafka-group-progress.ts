import type { GroupProgress, KeptProgress, OwnedProgress, ParkedEvent } from '@orderloom/engine';
import type { KafkaClient, NewRecord, ReadRecord, TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { fencingProducer } from '../log/fencing-producer.ts';
import { readAll, readFrom } from '../log/partition-reader.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { topicNames } from '../topics/topic-names.ts';
import { wishDone, Wishes } from './consumer-records.ts';

export type KafkaGroupProgressOptions = {
  readonly kafka: KafkaClient;
  /** Name of the group; a `/` cannot stand in it. */
  readonly group: string;
  readonly prefix?: string;
  readonly onProblem?: (error: unknown) => void;
};

/** Of one key the topic keeps the last record: one for a group's progress, one for each event that it has parked. */
const recordsOf = (
  group: string,
  { index, parked, released = [], redriven = [] }: KeptProgress,
  partition: number,
): NewRecord[] => [
  ...parked.map((event) => ({
    ...{ key: `${group}/${event.streamId}/${event.version}`, value: JSON.stringify(event) },
    partition,
  })),
  ...released.map(({ streamId, version }) => ({
    ...{ key: `${group}/${streamId}/${version}`, value: null, partition },
  })),
  ...redriven.map((streamId) => wishDone(group, streamId, partition)),
  { key: group, value: JSON.stringify({ index }), partition },
];

const keptIn = (group: string, messages: readonly ReadRecord[]): Pick<KeptProgress, 'index' | 'parked'> => {
  const parked = new Map<string, ParkedEvent>();
  let index = 0;
  for (const { key, value } of messages) {
    const name = key?.toString() ?? '';
    const content: unknown = JSON.parse(value?.toString() ?? 'null');
    if (name === group) ({ index } = content as { index: number });
    else if (!name.startsWith(`${group}/`)) continue;
    else if (content === null) parked.delete(name);
    else parked.set(name, content as ParkedEvent);
  }
  return { index, parked: [...parked.values()] };
};

/** The topic's partition in which the progress through one of the log's is kept. */
type Keeping = { readonly cluster: TopicReader; readonly topic: string; readonly partition: number };

/** The streams of a group that are to be redriven: what was read says some, what comes is read on. */
const askedIn = (group: string, keeping: Keeping, read: readonly ReadRecord[]) => {
  const wishes = new Wishes(group);
  wishes.learn(read);
  let next = Number(read.at(-1)?.offset ?? -1) + 1;
  const readOn = async (): Promise<void> => {
    const fetched = await readFrom(keeping, next);
    wishes.learn(fetched.messages);
    next = fetched.next;
  };
  return {
    now: async (): Promise<readonly string[]> => {
      await readOn().catch((error: unknown) => {
        throw logErrorOf(error, `reading what ${group} is to redrive`);
      });
      return wishes.streams;
    },
    /** What was asked for meanwhile was asked while it was under way. */
    done: (streamIds: readonly string[]) => wishes.done(streamIds),
  };
};

const take = async (
  { kafka, group }: KafkaGroupProgressOptions,
  { cluster, topic, partition }: Keeping,
  parkedElsewhere: () => Promise<readonly ParkedEvent[]>,
): Promise<OwnedProgress> => {
  const id = `${topic}/${group}/${partition}`;
  const producer = await fencingProducer(kafka, id);
  try {
    const messages = await readAll(cluster, topic, partition);
    const kept = keptIn(group, messages);
    const asked = askedIn(group, { cluster, topic, partition }, messages);
    return {
      ...kept,
      parkedElsewhere: await parkedElsewhere(),
      keep: async (next) => {
        await producer.write({
          topics: [{ topic, messages: recordsOf(group, next, partition) }],
          progress: undefined,
        });
        asked.done(next.redriven ?? []);
      },
      asked: asked.now,
      close: producer.close,
    };
  } catch (error) {
    await producer.close();
    throw logErrorOf(error, `reading the progress of ${group}`);
  }
};

/** Progress of a group that can also be looked at without being taken. */
export type KafkaGroupProgress = GroupProgress & {
  /** What is kept of a partition, whoever has it. */
  readonly look: (partition: number) => Promise<KeptProgress>;
};

/**
 * How far a group of consumers has come, in compacted topics with the partitions of the log, one for each generation. One
 * transactional producer a group and partition: whoever takes a partition fences the one before.
 */
export const kafkaGroupProgress = async (options: KafkaGroupProgressOptions): Promise<KafkaGroupProgress> => {
  const { kafka, prefix, group, onProblem = () => undefined } = options;
  const partitions = await partitionsOf(kafka, prefix);
  const generations = await followGenerations({ kafka, prefix, partitions, onProblem });
  const readers = new Map<number, Promise<TopicReader>>();
  const readerOf = (generation: number, topic: string): Promise<TopicReader> => {
    const known = readers.get(generation) ?? kafka.reader([topic], 'committed');
    readers.set(generation, known);
    known.catch(() => readers.delete(generation));
    return known;
  };
  const keeping = async (index: number): Promise<Keeping> => {
    const { generation, partition } = generations.places().placeOf(index);
    const { consumers: topic } = topicNames(prefix, generation);
    return { cluster: await readerOf(generation, topic), topic, partition };
  };
  const look = async (index: number): Promise<KeptProgress> => {
    const { cluster, topic, partition } = await keeping(index);
    return keptIn(group, await readAll(cluster, topic, partition));
  };
  /** What is parked in partitions of other generations, of slots that may have come from there. */
  const parkedOutside = async (index: number): Promise<readonly ParkedEvent[]> => {
    const places = generations.places();
    const { generation } = places.placeOf(index);
    const others = Array.from({ length: places.partitions }, (_, other) => other).filter(
      (other) => places.placeOf(other).generation !== generation,
    );
    return (await Promise.all(others.map(look))).flatMap(({ parked }) => parked);
  };
  return {
    look,
    take: async (index) => take(options, await keeping(index), () => parkedOutside(index)),
    close: async () => {
      await generations.stop();
      for (const reader of readers.values()) await (await reader).close();
    },
  };
};
