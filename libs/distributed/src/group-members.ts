import {
  EngineError,
  type Codec,
  type EventPartition,
  type GroupMember,
  type MemberPiece,
  type MemberReading,
} from '@orderloom/engine';
import {
  consumersGroup,
  kafkaEventSource,
  kafkaGroupProgress,
  type KafkaGroupProgress,
} from '@orderloom/kafka';
import { wireCodec } from '@orderloom/wire';
import { partsOf, type DistributedOptions } from './parts.ts';
import { wantedIn } from './wanted-events.ts';

const gap = (first: number, expected: number): EngineError =>
  new EngineError('position-gap', `the log goes on at event ${first}, expected ${expected}`, {
    retryable: false,
  });

/** What a member outside is handed of a partition; what slots bring along waits until the group has handled it where it was. */
async function* readPartition(
  partition: EventPartition,
  after: number,
  { wanted, signal, arrived }: MemberReading,
  { codec, look }: { readonly codec: Codec; readonly look: KafkaGroupProgress['look'] },
): AsyncGenerator<MemberPiece> {
  let upTo = after;
  const hasRead = async (from: number, to: number): Promise<boolean> => {
    const kept = await look(from);
    if (kept.index < to) return false;
    arrived(kept.parked);
    return true;
  };
  for await (const groups of partition.read(after, signal, hasRead))
    for (const group of groups) {
      if (group.first > upTo + 1) throw gap(group.first, upTo + 1);
      const events = wantedIn(codec, group, upTo, wanted);
      upTo = Math.max(upTo, group.first + group.count - 1);
      yield { upTo, events };
    }
}

/** Members of groups that an edge hands events to: each is a member of the broker's group, by the name that clients on topics have. */
export const groupMembers = (options: DistributedOptions): ((group: string) => Promise<GroupMember>) => {
  const { kafka, schemaIds, prefix, onProblem = () => undefined } = partsOf(options);
  return async (group) => {
    // A codec of its own: each is bound to what one reader has learnt.
    const codec = wireCodec();
    const shared = { kafka, onProblem, ...(prefix !== undefined && { prefix }) };
    const source = await kafkaEventSource({
      ...{ ...shared, codec, schemaIds, groupId: consumersGroup(group, prefix) },
    });
    const progress = await kafkaGroupProgress({ ...shared, group });
    return {
      ...{ source, progress },
      read: (partition, after, reading) =>
        readPartition(partition, after, reading, { codec, look: progress.look }),
    };
  };
};
