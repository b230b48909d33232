/** Two processes can share the work of any engine that has two partitions. */
const AT_LEAST = 2;
/** With more partitions a shard has about so many. */
const PARTITIONS_A_SHARD = 6;

/**
 * Partitions that one process has together and whose steps share transactions: what a broker does for a transaction it
 * does once for all of them. More processes than shards have nothing to do.
 */
export type Shards = {
  readonly count: number;
  readonly shardOf: (partition: number) => number;
};

const shards = (count: number): Shards => ({ count, shardOf: (partition) => partition % count });

/** Follows from the count of partitions alone, so that no two processes can disagree about whom they fence. */
export const shardsOf = (partitions: number): Shards =>
  shards(Math.max(Math.min(partitions, AT_LEAST), Math.ceil(partitions / PARTITIONS_A_SHARD)));

/** Each partition by itself, for a library whose groups deal out single ones. */
export const singly = (partitions: number): Shards => shards(partitions);

/** Whoever takes this transactional id fences every other process that has partitions of the shard. */
export const shardId = (groupId: string, shard: number): string => `${groupId}-${String(shard)}`;
