import type { Registry } from '@orderloom/decider';
import type {
  Clock,
  Codec,
  CommandCodec,
  DeadlineRule,
  FrameParts,
  OnAlarm,
  SchemaIds,
  Snapshot,
} from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';

export type KafkaProcessorsOptions = {
  readonly kafka: KafkaClient;
  readonly registry: Registry;
  readonly codec: Codec & FrameParts;
  readonly commandCodec: CommandCodec;
  readonly schemaIds: SchemaIds;
  /** Partitions of the first generation of topics; another count in a topic is refused. */
  readonly partitions: number;
  readonly prefix?: string;
  readonly clock?: Clock;
  readonly sessionTimeoutMs?: number;
  readonly onProblem?: (error: unknown) => void;
  /** Told of what an operator has to look at, once it is durable. */
  readonly onAlarm?: OnAlarm;
  /** Follows the partitions of the others, so that taking one over is reading its last events; costs their states in memory. */
  readonly standby?: boolean;
  /** A partition snapshot that somebody has kept: taking the partition for the first time reads only what came later. */
  readonly snapshotOf?: (partition: number) => Snapshot | undefined;
  /** Null controls, for tests only. */
  readonly mechanisms?: {
    readonly fencing?: 'by-shard' | 'by-process';
    readonly deadlines?: DeadlineRule;
    readonly stuckTransactions?: 'ended' | 'left';
    readonly slots?: 'fenced' | 'unfenced';
  };
};
