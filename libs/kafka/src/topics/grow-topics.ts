import { EngineError } from '@orderloom/engine';
import type { Kafka } from 'kafkajs';
import type { KafkaClient } from '../client/client-port.ts';
import { makeTopics, type AppliedTopic } from './apply-topics.ts';
import { changeGenerations, readGenerations, type Generations } from './generations.ts';
import { LogPlaces } from './log-places.ts';
import { partitionsOf } from './partitions-of.ts';
import { topicNames } from './topic-names.ts';
import { generationSettings, type Durability } from './topic-settings.ts';

export type GrowingPlace = { readonly kafka: KafkaClient; readonly prefix?: string };

/** What there is, and how far a switch has come: slots by generation, all 1,024 of them. */
export type GenerationsState = Generations & { readonly slots: readonly number[] };

const refused = (message: string): EngineError =>
  new EngineError('generation-refused', message, { retryable: false });

const stateOf = async (place: GrowingPlace): Promise<GenerationsState> =>
  readGenerations({ ...place, partitions: await partitionsOf(place.kafka, place.prefix) });

/** The generations of an engine's topics. Throws `log-unavailable` where the topics are not there. */
export const generationsState = stateOf;

/** Whether a generation of so many partitions may be added now. Throws `generation-refused`. */
const refuseGrowth = ({ counts, wanted, slots }: GenerationsState, partitions: number): void => {
  const here = counts[wanted - 1] ?? 0;
  if (counts.length > 1 && slots[wanted - 1] !== slots.reduce((sum, count) => sum + count, 0))
    throw refused(
      'slots are still on their way to the generation that they are wanted in: wait until they are there',
    );
  if (partitions <= here)
    throw refused(`there are ${String(here)} partitions, and ${String(partitions)} are no growth`);
  // Throws for a count that no topic of slots can have.
  new LogPlaces([...counts, partitions]);
};

/** What `growTopics` would do. Throws `generation-refused`. */
export const planGrowth = async (place: GrowingPlace, partitions: number): Promise<GenerationsState> => {
  const state = await stateOf(place);
  refuseGrowth(state, partitions);
  return state;
};

/**
 * Makes the topics of a new generation and makes it known. No slot moves. Begun again after a crash it makes what is
 * missing.
 */
export const growTopics = async (
  place: GrowingPlace,
  options: { readonly js: Kafka; readonly partitions: number; readonly durability: Durability },
): Promise<{ readonly generation: number; readonly topics: readonly AppliedTopic[] }> => {
  const first = await partitionsOf(place.kafka, place.prefix);
  let topics: readonly AppliedTopic[] = [];
  const { counts } = await changeGenerations({ ...place, partitions: first }, async (now) => {
    refuseGrowth(now, options.partitions);
    const names = topicNames(place.prefix, now.counts.length + 1);
    topics = await makeTopics(options.js, generationSettings(names, options.partitions, options.durability));
    return { counts: [...now.counts, options.partitions], wanted: now.wanted };
  });
  return { generation: counts.length, topics };
};

/** Every slot is to be in this generation: its processors give each away, one after the other. Throws `generation-refused`. */
export const switchSlots = async (place: GrowingPlace, generation: number): Promise<Generations> => {
  const first = await partitionsOf(place.kafka, place.prefix);
  return changeGenerations({ ...place, partitions: first }, async ({ counts }) => {
    if (!Number.isInteger(generation) || generation < 1 || generation > counts.length)
      throw refused(`there are ${String(counts.length)} generations, and no ${String(generation)}`);
    return { counts, wanted: generation };
  });
};
