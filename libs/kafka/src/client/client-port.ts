import type { Shards } from '../topics/shards.ts';

/** A stopped owner's open transaction keeps readers waiting for this long at most, ms. */
export const TRANSACTION_TIMEOUT_MS = 10_000;

/** A record to be written. Without a partition the key says where it goes, as the Java client would have it. */
export type NewRecord = {
  key?: Buffer | string | null;
  value: Buffer | string | null;
  partition?: number;
  headers?: { [name: string]: Buffer | string | (Buffer | string)[] | undefined };
  timestamp?: string;
};

/** A record as it was read. */
export type ReadRecord = {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: { [name: string]: Buffer | string | (Buffer | string)[] | undefined };
  readonly offset: string;
};

export type TopicRecords = { readonly topic: string; readonly messages: readonly NewRecord[] };

/** Up to where a group has read, as it is committed: the offset of what it reads next. */
export type TopicOffsets = {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
};
export type GroupOffsets = { readonly groupId: string; readonly topics: readonly TopicOffsets[] };

/** Records that belong to no transaction, each written once. */
export type RecordProducer = {
  /** Resolves when all replicas have them. */
  readonly send: (topic: string, messages: readonly NewRecord[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** One transaction. `send` comes before `sendOffsets`, each at most once; one of the other two ends it. */
export type RecordTransaction = {
  /** Resolves when all are written. Gives the first offset of each topic and partition, `topic/partition`. */
  readonly send: (topics: readonly TopicRecords[]) => Promise<ReadonlyMap<string, number>>;
  readonly sendOffsets: (progress: GroupOffsets) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly abort: () => Promise<void>;
};

/** A producer that nobody else of the same transactional id can write beside. */
export type TransactionalProducer = {
  /** Fences every older producer of the id, and ends what it had begun. */
  readonly fence: () => Promise<void>;
  readonly begin: () => Promise<RecordTransaction>;
  /** Gives it up, whatever is under way; never rejects. */
  readonly close: () => Promise<void>;
};

/** First offsets of a partition, or the ones behind its end. */
export type Side = 'beginning' | 'end';

export type FetchedRecords = { readonly messages: readonly ReadRecord[]; readonly next: number };

/** Reading without a group: end offsets of many partitions in one request, records from an offset. */
export type TopicReader = {
  /** One offset a partition, in order. `end`: the stable end, or the high watermark where the reader reads uncommitted. */
  readonly offsets: (topic: string, side: Side) => Promise<readonly number[]>;
  /** `end` offsets of several topics in one request. */
  readonly ends: (topics: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>;
  /** What is committed from `from` on, waiting at most `waitMs` for the first record; `next`: where to go on. */
  readonly fetch: (topic: string, partition: number, from: number, waitMs: number) => Promise<FetchedRecords>;
  /** The same of the first records only. */
  readonly look: (topic: string, partition: number, from: number) => Promise<FetchedRecords>;
  readonly close: () => Promise<void>;
};

/** What a member of the processors' group is told. */
export type LanesGroupParts = {
  readonly groupId: string;
  /** All have `partitions` partitions, and those of one index go to one member. */
  readonly topics: readonly string[];
  readonly partitions: number;
  /** Those of one shard go to one member. */
  readonly shards: Shards;
  readonly sessionTimeoutMs: number;
  /** The group was dealt out: `given` are this member's now, `anew` those that are read again from what is committed. */
  readonly onGiven: (given: readonly number[], anew: readonly number[]) => void;
  /** Only hands on. `stale`: the group was dealt out meanwhile, these come again. `full`: no more until `resume`. */
  readonly onRecords: (
    topic: string,
    partition: number,
    messages: readonly ReadRecord[],
  ) => Promise<'taken' | 'stale' | 'full'>;
  /** Everything in front of the offset was handed on, transaction markers included. */
  readonly onReadUpTo: (topic: string, partition: number, offset: number) => void;
  readonly onProblem: (error: unknown) => void;
};

/** A member that reads and never commits: offsets go with the transactions. */
export type LanesGroup = {
  readonly start: () => Promise<void>;
  /** Resolves when the group has confirmed this member anew, or has been dealt out again. */
  readonly stillMember: () => Promise<void>;
  readonly resume: (topic: string, partition: number) => void;
  /** Reads no more and leaves the group, so that others take over at once. */
  readonly stop: () => Promise<void>;
};

export type EventGroupParts = {
  readonly groupId: string;
  readonly topic: string;
  /** Told of the partitions of this process, each time that the group deals them out. */
  readonly onGiven: (partitions: readonly number[]) => void;
  readonly onProblem: (error: unknown) => void;
};

/** A group that only says who reads what. */
export type EventGroup = {
  readonly start: () => Promise<void>;
  /** Where others can see how far a partition has been read. */
  readonly commit: (
    partition: number,
    mark: { readonly index: number; readonly offset: number },
  ) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What a group has committed of a partition; -1 where that is nothing. */
type CommittedOffset = {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
};
export type CommittedOffsets = {
  readonly of: (
    groupId: string,
    topics: readonly string[],
  ) => Promise<ReadonlyMap<string, readonly CommittedOffset[]>>;
  readonly close: () => Promise<void>;
};

/** Which of some transactional ids have records of an open transaction, and when each began. */
export type OpenTransactions = {
  /**
   * Instants by the coordinator's clock, only to be compared with each other. Empty where the broker, or the library, has
   * no such question; throws where no broker answers.
   */
  readonly begun: (transactionalIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly close: () => Promise<void>;
};

/** A cluster, through whichever library: everything in this lib but topics and access goes through it. */
export type KafkaClient = {
  /** What its groups deal out as one, of so many partitions. */
  readonly shards: (partitions: number) => Shards;
  readonly producer: () => Promise<RecordProducer>;
  /** The broker aborts a transaction that is open for longer than `timeoutMs`; `TRANSACTION_TIMEOUT_MS` unless said. */
  readonly transactional: (transactionalId: string, timeoutMs?: number) => Promise<TransactionalProducer>;
  readonly reader: (
    topics: readonly string[],
    isolation: 'committed' | 'uncommitted',
  ) => Promise<TopicReader>;
  readonly lanesGroup: (parts: LanesGroupParts) => LanesGroup;
  readonly eventGroup: (parts: EventGroupParts) => EventGroup;
  readonly committedOffsets: () => Promise<CommittedOffsets>;
  readonly openTransactions: () => Promise<OpenTransactions>;
};
