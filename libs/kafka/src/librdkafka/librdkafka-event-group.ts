import type { EventGroup, EventGroupParts } from '../client/client-port.ts';
import { groupMember, type GroupMember } from './group-member.ts';
import type { NativeSettings } from './native.ts';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1000;
/** librdkafka's name for what comes after the last record. */
const BEHIND_THE_END = -1;

/** Its member is paused and hands nothing on: views are read on from their own checkpoints. */
export const librdkafkaEventGroup = (settings: NativeSettings, parts: EventGroupParts): EventGroup => {
  const { groupId, topic, onGiven, onProblem } = parts;
  const owned = new Set<number>();
  let member: GroupMember | undefined;
  return {
    start: async () => {
      member = await groupMember({
        settings: {
          ...settings,
          'group.id': groupId,
          'session.timeout.ms': SESSION_TIMEOUT_MS,
          'heartbeat.interval.ms': HEARTBEAT_MS,
          'fetch.wait.max.ms': HEARTBEAT_MS / 2,
        },
        topic,
        lanesOf: (partitions) =>
          partitions.map((partition) => ({ topic, partition, offset: BEHIND_THE_END })),
        onDealt: (gained, lost) => {
          for (const partition of lost) owned.delete(partition);
          for (const partition of gained) {
            owned.add(partition);
            member?.hold({ topic, partition });
          }
          onGiven([...owned]);
        },
        onMessage: () => undefined,
        onEnd: () => undefined,
        onError: onProblem,
      });
    },
    commit: async (partition, { index, offset }) =>
      member?.commit({ topic, partition, offset, metadata: String(index) }),
    stop: async () => member?.stop(),
  };
};
