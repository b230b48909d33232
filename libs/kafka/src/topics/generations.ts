import { SLOTS } from '@orderloom/decider';
import { EngineError } from '@orderloom/engine';
import type { KafkaClient, NewRecord, ReadRecord, TopicReader } from '../client/client-port.ts';
import { fencingProducer } from '../log/fencing-producer.ts';
import { readAll } from '../log/partition-reader.ts';
import { LogPlaces } from './log-places.ts';
import { topicNames } from './topic-names.ts';

/** The generations of an engine's topics: partition counts in order, and the one in which every slot is to be. */
export type Generations = { readonly counts: readonly number[]; readonly wanted: number };

export type GenerationsPlace = {
  readonly kafka: Pick<KafkaClient, 'reader' | 'transactional'>;
  readonly prefix?: string | undefined;
  /** Partitions of the first generation, where nobody has made a second. */
  readonly partitions: number;
};

/** The record that says it all; the others of the topic say which slot is where. */
const KEY = 'generations';

const parsed = (value: Buffer): Generations => {
  const { counts, wanted } = JSON.parse(value.toString()) as Generations;
  if (!Array.isArray(counts) || !counts.every(Number.isInteger) || !(wanted >= 1 && wanted <= counts.length))
    throw new EngineError('log-corrupt', 'the record of the generations of topics cannot be read', {
      retryable: false,
    });
  return { counts, wanted };
};

/** What the newest of these records says; `undefined`: none of them says anything of generations. */
export const generationsIn = (messages: readonly ReadRecord[]): Generations | undefined => {
  const last = messages.findLast(({ key }) => key?.toString() === KEY);
  return last?.value ? parsed(last.value) : undefined;
};

const recordOf = ({ counts, wanted }: Generations): NewRecord => ({
  key: KEY,
  value: JSON.stringify({ counts, wanted }),
  partition: 0,
});

const SLOT = 'slot/';

/** Where a slot has been opened; for whoever wants to know how far a switch has come, and nobody decides by it. */
export const whereaboutsRecord = (slot: number, partition: number): NewRecord => ({
  key: `${SLOT}${String(slot)}`,
  value: String(partition),
  partition: 0,
});

/** The partition in which each slot was opened last; those that never moved are left out. */
const whereaboutsIn = (messages: readonly ReadRecord[]): ReadonlyMap<number, number> =>
  new Map(
    messages.flatMap(({ key, value }): [number, number][] => {
      const name = key?.toString() ?? '';
      return name.startsWith(SLOT) ? [[Number(name.slice(SLOT.length)), Number(value?.toString())]] : [];
    }),
  );

/** Reads the generations. Throws `log-unavailable` where the topic is not there, or may not be read. */
export const generationsReader = async (
  { kafka, prefix }: Pick<GenerationsPlace, 'kafka' | 'prefix'>,
  isolation: 'committed' | 'uncommitted',
): Promise<TopicReader> => {
  const { generations } = topicNames(prefix);
  try {
    return await kafka.reader([generations], isolation);
  } catch (error) {
    throw new EngineError(
      'log-unavailable',
      `there is no topic ${generations}: make it with \`orderloom topics apply\``,
      { retryable: true, cause: error },
    );
  }
};

/** All that is kept, oldest first. */
const recordsIn = async (place: GenerationsPlace): Promise<readonly ReadRecord[]> => {
  const reader = await generationsReader(place, 'committed');
  try {
    return await readAll(reader, topicNames(place.prefix).generations, 0);
  } finally {
    await reader.close();
  }
};

/** The generations as they are now, and how many slots are in each. */
export const readGenerations = async (
  place: GenerationsPlace,
): Promise<Generations & { readonly slots: readonly number[] }> => {
  const records = await recordsIn(place);
  const found = generationsIn(records) ?? { counts: [place.partitions], wanted: 1 };
  const places = new LogPlaces(found.counts);
  const slots = found.counts.map(() => 0);
  const whereabouts = whereaboutsIn(records);
  for (let slot = 0; slot < SLOTS; slot++) {
    const partition = whereabouts.get(slot);
    const generation = partition === undefined ? 1 : places.placeOf(partition).generation;
    slots[generation - 1] = (slots[generation - 1] ?? 0) + 1;
  }
  return { ...found, slots };
};

/** Changes the generations, one operator at a time: whoever began earlier is fenced. What `change` throws changes nothing. */
export const changeGenerations = async (
  place: GenerationsPlace,
  change: (now: Awaited<ReturnType<typeof readGenerations>>) => Promise<Generations>,
): Promise<Generations> => {
  const { kafka, prefix } = place;
  const topic = topicNames(prefix).generations;
  const producer = await fencingProducer(kafka, topic);
  try {
    const next = await change(await readGenerations(place));
    await producer.write({ topics: [{ topic, messages: [recordOf(next)] }], progress: undefined });
    return next;
  } finally {
    await producer.close();
  }
};
