import type { Registry } from '@orderloom/decider';
import { domainRegistry, tableStepper, xstateStepper, type PublishedLifecycle } from '@orderloom/domain';
import type { Codec, CommandCodec, FrameParts, SchemaIds } from '@orderloom/engine';
import { kafkaClient, type KafkaSettings } from '@orderloom/kafka';
import { wireCodec, wireCommands } from '@orderloom/wire';

/** What every process of the Kafka profile is told. */
export type DistributedOptions = {
  readonly cluster: KafkaSettings;
  readonly schemaIds: SchemaIds;
  /** Partitions of the topic generation: the same for every process. */
  readonly partitions: number;
  /** Separates engines that share a cluster. */
  readonly prefix?: string;
  /** Who answers what may follow in an order's life: the compiled table, or XState itself. */
  readonly lifecycle?: 'table' | 'xstate';
  /** What new tenants get published; all of this build unless said. */
  readonly lifecycles?: readonly PublishedLifecycle[];
  readonly onProblem?: (error: unknown) => void;
};

export const registryOf = ({
  lifecycle,
  lifecycles,
}: Pick<DistributedOptions, 'lifecycle' | 'lifecycles'>): Registry =>
  domainRegistry({
    stepper: lifecycle === 'xstate' ? xstateStepper : tableStepper,
    ...(lifecycles === undefined ? {} : { lifecycles }),
  });

type DistributedParts = Pick<DistributedOptions, 'schemaIds' | 'partitions' | 'prefix' | 'onProblem'> & {
  readonly kafka: ReturnType<typeof kafkaClient>;
  readonly registry: Registry;
  readonly codec: Codec & FrameParts;
  readonly commandCodec: CommandCodec;
};

/** The domain, its codecs and the cluster, as one process has them: codecs are bound to one numbering each. */
export const partsOf = (options: DistributedOptions): DistributedParts => ({
  kafka: kafkaClient(options.cluster),
  registry: registryOf(options),
  codec: wireCodec(),
  commandCodec: wireCommands(),
  schemaIds: options.schemaIds,
  partitions: options.partitions,
  ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
  ...(options.onProblem === undefined ? {} : { onProblem: options.onProblem }),
});
