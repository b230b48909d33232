import type { RecordedEvent, Registry } from '@orderloom/decider';
import type { CommandRequest, CommandResult } from '../command.ts';
import type { Codec } from '../ports/codec.ts';
import { eventsIn } from '../frames.ts';
import { followGlobal } from '../processor/following-globals.ts';
import { Processor } from '../processor/processor.ts';
import { restore } from '../processor/restoring.ts';
import { memoryDisk, memoryEventLog, type MemoryDisk } from './memory-event-log.ts';

/** Several partitions in one process, each with its log and two input lanes; nothing moves until a step is asked for. */
export type MemoryCluster = {
  /** Puts a command into a partition's commands lane: any partition, right or wrong. */
  readonly submit: (partition: number, request: CommandRequest) => void;
  /** Decides one command of a partition, internal lane first; false where both lanes are empty. */
  readonly step: (partition: number, wall: number) => boolean;
  /** The owner dies and another takes over: only what was committed is left. */
  readonly takeOver: (partition: number) => Promise<void>;
  /** Commands in all lanes. */
  readonly waiting: () => number;
  readonly results: readonly CommandResult[];
  readonly processor: (partition: number) => Processor;
  /** Every event of a partition, in order. */
  readonly events: (partition: number) => readonly RecordedEvent[];
};

type Member = {
  readonly disk: MemoryDisk;
  readonly internal: CommandRequest[];
  readonly commands: CommandRequest[];
};

/**
 * `partitions` owners of the slots (slot modulo partitions). A command for another partition is forwarded through its
 * internal lane; events, forwards and the read offset are one commit. For tests of everything that crosses partitions.
 */
export const memoryCluster = (options: {
  readonly registry: Registry;
  readonly codec: Codec;
  readonly partitions: number;
}): MemoryCluster => {
  const { registry, codec, partitions } = options;
  const ownerOf = (slot: number): number => slot % partitions;
  const members = Array.from({ length: partitions }, (): Member => ({
    disk: memoryDisk(),
    internal: [],
    commands: [],
  }));
  const fresh = (index: number): Processor =>
    new Processor({ registry, codec, owns: (slot) => ownerOf(slot) === index });
  const processors = members.map((_, index) => fresh(index));
  const results: CommandResult[] = [];
  const member = (index: number): Member => {
    const found = members[index];
    if (found === undefined) throw new RangeError(`there is no partition ${String(index)}`);
    return found;
  };
  const processor = (index: number): Processor => {
    const found = processors[index];
    if (found === undefined) throw new RangeError(`there is no partition ${String(index)}`);
    return found;
  };
  const events = (index: number): RecordedEvent[] =>
    eventsIn(
      codec,
      member(index).disk.groups.map(({ frames }) => frames),
    );
  const tellGlobals = (told: readonly RecordedEvent[]): void => {
    for (const event of told)
      if (event.stream.type === registry.global.type)
        for (const other of processors) followGlobal(other.partition, event);
  };

  const commit = (index: number, lane: CommandRequest[]): void => {
    const { disk } = member(index);
    const group = processor(index).group();
    if (group !== undefined) {
      void memoryEventLog({ disk }).append({ ...group, outbound: [] });
      for (const { slot, request } of group.outbound) member(ownerOf(slot)).internal.push(request);
    }
    lane.shift();
    processor(index).commit();
    const appended = group === undefined || group.count === 0 ? undefined : disk.groups.at(-1);
    if (appended !== undefined) tellGlobals(eventsIn(codec, [appended.frames]));
  };
  return {
    submit: (partition, request) => member(partition).commands.push(request),
    step: (partition, wall) => {
      const { internal, commands } = member(partition);
      const lane = internal.length > 0 ? internal : commands;
      const request = lane[0];
      if (request === undefined) return false;
      const owner = processor(partition);
      owner.begin(wall);
      const result = owner.decide(request);
      while (owner.fireNextSimulated(request.stream.tenant));
      commit(partition, lane);
      if (result !== undefined) results.push(result);
      return true;
    },
    takeOver: async (partition) => {
      const next = fresh(partition);
      processors[partition] = next;
      for (let index = 0; index < partitions; index++)
        for (const event of events(index)) followGlobal(next.partition, event);
      await restore(next, memoryEventLog({ disk: member(partition).disk }));
    },
    waiting: () =>
      members.reduce((sum, { internal, commands }) => sum + internal.length + commands.length, 0),
    results,
    processor,
    events,
  };
};
