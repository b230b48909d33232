import { statusIn, type StreamRef } from '@orderloom/decider';
import {
  explainEntry,
  notAvailable,
  rememberedCommands,
  type Engine,
  type PartitionOwner,
  type Processor,
} from '@orderloom/engine';

type Found = {
  readonly processor: Processor;
  readonly entry: NonNullable<ReturnType<Processor['partition']['streams']['find']>>;
};

/** Streams of the partitions that are open in this process. */
export const localStreams = (
  owners: readonly PartitionOwner[],
): Pick<Engine, 'statusOf' | 'explain' | 'stateOf' | 'versionOf' | 'remembered' | 'deadlines'> => {
  const open = (): Processor[] => owners.flatMap(({ processor }) => processor ?? []);
  const find = (ref: StreamRef): Found | undefined => {
    for (const processor of open()) {
      const entry = processor.partition.streams.find(ref);
      if (entry !== undefined && entry.version > 0 && processor.partition.owns(entry.slot))
        return { processor, entry };
    }
    return undefined;
  };
  const isPartlyElsewhere = (): boolean => owners.length === 0 || owners.some(({ isOpen }) => !isOpen);
  /** With a partition open elsewhere nobody here can say that a stream does not exist. */
  const known = (ref: StreamRef): Found | undefined => {
    const found = find(ref);
    if (found === undefined && isPartlyElsewhere())
      throw notAvailable('the state of a stream whose partition another process owns');
    return found;
  };
  const globalOf = ({ processor, entry }: Found): unknown =>
    processor.partition.times.globalOf(entry.ref.tenant)?.state;
  return {
    statusOf: (ref) => {
      const found = find(ref);
      return found && statusIn(found.entry.type.definition, found.entry.state, globalOf(found));
    },
    explain: async (ref) => {
      const found = known(ref);
      return found && explainEntry(found.entry, globalOf(found));
    },
    stateOf: async (ref) => {
      const found = known(ref);
      return found && { version: found.entry.version, state: found.entry.state };
    },
    versionOf: (ref) => known(ref)?.entry.version,
    remembered: (tenant, commandId) => {
      const found = open().flatMap(({ partition }) => rememberedCommands(partition, tenant, commandId));
      if (found.length === 0 && isPartlyElsewhere())
        throw notAvailable('what became of a command that another process may have decided');
      return found;
    },
    deadlines: (limit, tenant) =>
      open()
        .flatMap(({ partition }) => [...partition.streams.values()])
        .flatMap((entry) => {
          if (entry.due === 0 || (tenant !== undefined && entry.ref.tenant !== tenant)) return [];
          const deadline = entry.type.definition.nextDeadline?.(entry.state);
          return deadline === undefined
            ? []
            : [{ stream: entry.ref, name: deadline.name, due: deadline.due }];
        })
        .sort((a, b) => a.due - b.due)
        .slice(0, limit),
  };
};
