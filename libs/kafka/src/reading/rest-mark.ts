import { setTimeout as pause } from 'node:timers/promises';
import type { CommittedOffsets, KafkaClient, TopicReader } from '../client/client-port.ts';

/** The topics of one generation, and the group of those who decide there. */
type Generation = { readonly internal: string; readonly events: string; readonly group: string };

type Looking = { readonly ends: TopicReader['ends']; readonly decidedOf: CommittedOffsets['of'] };

/** A group that nobody has asked for has no coordinator yet: asking makes one. */
const TRIES = 50;
const PAUSE_MS = 200;

const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(PAUSE_MS);
    }
};

const marked = async (
  { ends: endsOf, decidedOf }: Looking,
  generations: readonly Generation[],
): Promise<string | undefined> => {
  const ends = await endsOf(generations.flatMap(({ internal, events }) => [internal, events]));
  for (const { internal, group } of generations) {
    const decided = (await patiently(() => decidedOf(group, [internal]))).get(internal) ?? [];
    const upTo = new Map(decided.map(({ partition, offset }) => [partition, offset]));
    const isDecided = (end: number, partition: number): boolean =>
      end === 0 || (upTo.get(partition) ?? 0) >= end;
    if (!(ends.get(internal) ?? []).every(isDecided)) return undefined;
  }
  return JSON.stringify([...ends]);
};

/**
 * Names the present end of all events where every command from one partition to another is decided; `undefined` where one may
 * be on its way.
 */
export const restMark = async (
  kafka: Pick<KafkaClient, 'reader' | 'committedOffsets'>,
  generations: readonly Generation[],
): Promise<string | undefined> => {
  const topics = generations.flatMap(({ internal, events }) => [internal, events]);
  const reader = await kafka.reader(topics, 'committed');
  try {
    const offsets = await kafka.committedOffsets();
    try {
      return await marked({ ends: reader.ends, decidedOf: offsets.of }, generations);
    } finally {
      await offsets.close();
    }
  } finally {
    await reader.close();
  }
};
