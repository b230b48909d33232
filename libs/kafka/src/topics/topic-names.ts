import type { Lane } from '@orderloom/engine';

/** Every topic of one generation; the generation is the `v1` at the end. */
export type TopicNames = Readonly<
  Record<
    Lane | 'events' | 'replies' | 'deadLetters' | 'parked' | 'consumers' | 'globals' | 'generations',
    string
  >
>;

const DEFAULT_PREFIX = 'orderloom';
const FIRST = 1;

/** Consumer group of an engine's processors, and the beginning of their transactional ids. */
export const processorsGroup = (prefix = DEFAULT_PREFIX, generation = FIRST): string =>
  `${prefix}-processors${generation === FIRST ? '' : `.v${String(generation)}`}`;

/** Consumer group of all members of a group of consumers, wherever they are. */
export const consumersGroup = (group: string, prefix = DEFAULT_PREFIX): string => `${prefix}.${group}`;

/**
 * The topics that an engine lives on. `prefix` separates engines that share a cluster.
 * Those of the lanes, the events and what could not be handled have one partition count, those of a slot's data, and are
 * made anew with each generation. Answers, tenants and the generations themselves are the same in all of them.
 */
export const topicNames = (prefix = DEFAULT_PREFIX, generation = FIRST): TopicNames => {
  const named = (name: string): string => `${prefix}.order.${name}.v${String(generation)}`;
  return {
    internal: named('internal'),
    commands: named('commands'),
    bulk: named('bulk'),
    events: named('events'),
    replies: `${prefix}.order.replies.v1`,
    deadLetters: named('dead-letters'),
    parked: named('parked'),
    consumers: named('consumers'),
    globals: `${prefix}.tenants.v1`,
    generations: `${prefix}.generations.v1`,
  };
};
