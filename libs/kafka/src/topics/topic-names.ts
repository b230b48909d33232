import type { Lane } from '@orderloom/engine';

/** Every topic of one generation; the generation is the `v1` at the end. */
export type TopicNames = Readonly<
  Record<Lane | 'events' | 'replies' | 'deadLetters' | 'parked' | 'consumers' | 'globals', string>
>;

const DEFAULT_PREFIX = 'orderloom';

/** Consumer group of an engine's processors, and the beginning of their transactional ids. */
export const processorsGroup = (prefix = DEFAULT_PREFIX): string => `${prefix}-processors`;

/**
 * The topics that an engine lives on. `prefix` separates engines that share a cluster.
 * Those of the lanes, the events and what could not be handled have one partition count, those of a slot's data.
 */
export const topicNames = (prefix = DEFAULT_PREFIX): TopicNames => ({
  internal: `${prefix}.order.internal.v1`,
  commands: `${prefix}.order.commands.v1`,
  bulk: `${prefix}.order.bulk.v1`,
  events: `${prefix}.order.events.v1`,
  replies: `${prefix}.order.replies.v1`,
  deadLetters: `${prefix}.order.dead-letters.v1`,
  parked: `${prefix}.order.parked.v1`,
  consumers: `${prefix}.order.consumers.v1`,
  globals: `${prefix}.tenants.v1`,
});
