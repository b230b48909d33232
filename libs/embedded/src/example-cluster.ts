import { domainRegistry, tableStepper } from '@orderloom/domain';
import { memoryCluster, type CommandRequest, type MemoryCluster } from '@orderloom/engine';
import { wireCodec } from '@orderloom/wire';
import { toTenant } from './example-commands.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

/** The real domain and codec on several partitions. */
export type ExampleCluster = {
  readonly cluster: MemoryCluster;
  readonly partitions: number;
  readonly submit: (door: number, request: CommandRequest) => void;
  readonly step: (partition: number) => boolean;
  /** Steps until no command waits anywhere. `after`: told after each step. */
  readonly drain: (after?: () => void) => void;
  /** The state that the owner of the stream has; `undefined`: no such stream. */
  readonly stateOf: (type: string, key: string) => unknown;
};

/** Codec and lifecycles hold nothing of a cluster, and take longer to make than a short schedule to run. */
const codec = wireCodec();
codec.bind(codec.schemas().map((schema, index) => ({ ...schema, id: index + 1 })));
const registry = domainRegistry({ stepper: tableStepper });

/** Partitions with the tenant `main`; nothing waits. */
export const exampleCluster = (partitions: number): ExampleCluster => {
  const cluster = memoryCluster({ registry, codec, partitions });
  const step = (partition: number): boolean => cluster.step(partition, NOON);
  const drain = (after?: () => void): void => {
    while (cluster.waiting() > 0)
      for (let partition = 0; partition < partitions; partition++) if (step(partition)) after?.();
  };
  cluster.submit(0, toTenant('CreateTenant', {}, 'create'));
  drain();
  return {
    cluster,
    partitions,
    submit: cluster.submit,
    step,
    drain,
    stateOf: (type, key) => {
      for (let index = 0; index < partitions; index++) {
        const { partition } = cluster.processor(index);
        const entry = partition.streams.find({ tenant: 'main', type, key });
        if (entry !== undefined && partition.owns(entry.slot)) return entry.state;
      }
      return undefined;
    },
  };
};
