import { setTimeout as pause } from 'node:timers/promises';
import { logUnavailable } from '@orderloom/engine';
import type { LanesGroup, LanesGroupParts } from '../client/client-port.ts';
import { clusterAdmin, type ClusterAdmin } from './cluster-admin.ts';
import { groupMember, type GroupMember } from './group-member.ts';
import { LaneQueues } from './lane-queues.ts';
import type { NativeSettings } from './native.ts';
import { stallWatch } from './stall-watch.ts';

const HEARTBEAT_MS = 500;
const HEARTBEATS = 3;
const LOOK_MS = 50;
const RESTART_MS = 200;
const STALL_LOOK_MS = 5_000;

const settingsOf = (settings: NativeSettings, parts: LanesGroupParts): NativeSettings => ({
  ...settings,
  'group.id': parts.groupId,
  'isolation.level': 'read_committed',
  'session.timeout.ms': parts.sessionTimeoutMs,
  'heartbeat.interval.ms': HEARTBEAT_MS,
  'fetch.wait.max.ms': 20,
  'max.partition.fetch.bytes': 262_144,
  'queued.max.messages.kbytes': 4_096,
});

/**
 * The group deals out the partitions of the first topic only, by librdkafka's cooperative-sticky rule, and those of the
 * other lanes go with them: so all lanes of a partition are one member's, and what stays is not read again.
 */
export const librdkafkaLanesGroup = (settings: NativeSettings, parts: LanesGroupParts): LanesGroup => {
  const { topics, onGiven, onProblem } = parts;
  let member: GroupMember | undefined;
  let dealt = 0;
  const stopping = new AbortController();
  const queues = new LaneQueues({
    ...parts,
    hold: (place) => {
      member?.hold(place);
    },
  });
  const deal = (gained: readonly number[], lost: readonly number[]): void => {
    dealt++;
    queues.deal(gained, lost);
    onGiven([...queues.owned], gained);
  };
  const begin = async (): Promise<void> => {
    member = await groupMember({
      settings: settingsOf(settings, parts),
      topic: topics[0] ?? '',
      lanesOf: (partitions) => queues.lanesOf(partitions),
      onDealt: deal,
      onMessage: (message) => {
        queues.add(message);
      },
      onEnd: (end) => {
        queues.reach(end);
      },
      onPolled: () => {
        queues.handOn().catch(onProblem);
      },
      onError: onProblem,
    });
  };
  const replace = async (): Promise<void> => {
    const stalled = member;
    member = undefined;
    deal([], [...queues.owned]);
    await stalled?.stop();
    while (!stopping.signal.aborted)
      try {
        await begin();
        return;
      } catch (error) {
        onProblem(error);
        await pause(RESTART_MS);
      }
  };

  const hasStalled = stallWatch();
  const lookForStall = async (admin: ClusterAdmin): Promise<void> => {
    if (!hasStalled(queues.progress(await admin.offsets(topics, 'end', 'committed')))) return;
    onProblem(logUnavailable(`the consumer of ${parts.groupId} has stalled and is replaced`));
    await replace();
  };
  const watchOver = async (): Promise<void> => {
    const admin = clusterAdmin(settings);
    const { signal } = stopping;
    for (;;) {
      await pause(STALL_LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) break;
      await lookForStall(admin).catch(onProblem);
    }
    admin.close();
  };
  let watching: Promise<void> = Promise.resolve();
  return {
    start: async () => {
      await begin();
      watching = watchOver();
    },
    // librdkafka says nothing of its heartbeats, and takes partitions away with the first that is refused.
    stillMember: async () => {
      const [dealtBefore, end] = [dealt, Date.now() + HEARTBEATS * HEARTBEAT_MS];
      while (!stopping.signal.aborted && dealt === dealtBefore && Date.now() < end) await pause(LOOK_MS);
    },
    resume: (topic, partition) => {
      queues.resume({ topic, partition });
      member?.goOn({ topic, partition });
    },
    stop: async () => {
      stopping.abort();
      await watching;
      await member?.stop();
      await queues.handOn();
    },
  };
};
