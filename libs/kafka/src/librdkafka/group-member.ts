import { setTimeout as pause } from 'node:timers/promises';
import type { NativeMessage, NativeSettings, Place } from './native.ts';
import { poller, type PollerParts } from './poller.ts';

export type GroupMemberParts = Pick<PollerParts, 'onEnd' | 'onError' | 'onPolled'> & {
  readonly settings: NativeSettings;
  /** The topic whose partitions are dealt out. */
  readonly topic: string;
  /** What is read of these partitions, with an offset where it is not what the group has committed. */
  readonly lanesOf: (partitions: readonly number[]) => readonly Place[];
  readonly onDealt: (gained: readonly number[], lost: readonly number[]) => void;
  readonly onMessage: (message: NativeMessage) => void;
};

export type GroupMember = {
  readonly hold: (place: Place) => void;
  readonly goOn: (place: Place) => void;
  readonly commit: (place: Place) => Promise<void>;
  /** Leaves the group, so that others take over at once. */
  readonly stop: () => Promise<void>;
};

const ASSIGN = -175;
const LEAVE_WITHIN_MS = 3_000;
const LOOK_MS = 10;

/** Joins a group that is dealt out by librdkafka's cooperative-sticky rule. */
export const groupMember = async (parts: GroupMemberParts): Promise<GroupMember> => {
  const { topic, lanesOf } = parts;
  const owned = new Set<number>();
  const state = { isGone: false };
  const { consumer, stop } = await poller({
    ...parts,
    settings: {
      ...parts.settings,
      'partition.assignment.strategy': 'cooperative-sticky',
      rebalance_cb: ({ code }: { code: number }, dealt: readonly Place[]) => {
        const partitions = dealt.map(({ partition }) => partition);
        if (code === ASSIGN) {
          for (const partition of partitions) owned.add(partition);
          consumer.incrementalAssign(lanesOf(partitions));
          parts.onDealt(partitions, []);
          return;
        }
        for (const partition of partitions) owned.delete(partition);
        parts.onDealt([], partitions);
        consumer.incrementalUnassign(
          lanesOf(partitions).map(({ topic: of, partition }) => ({ topic: of, partition })),
        );
      },
    },
  });
  consumer.subscribe([topic]);
  const quietly = (work: () => unknown): void => {
    try {
      if (!state.isGone) work();
    } catch (error) {
      parts.onError(error instanceof Error ? error : new Error('librdkafka threw no error'));
    }
  };
  return {
    hold: (place) => {
      quietly(() => consumer.pause([place]));
    },
    goOn: (place) => {
      quietly(() => consumer.resume([place]));
    },
    commit: (place) =>
      new Promise((resolve, reject) => {
        consumer.commitCb([place], (error) => {
          if (error === null || error === undefined) resolve();
          else reject(new Error(error.message));
        });
      }),
    stop: async () => {
      // What is left while nobody polls is only noticed when the session ends.
      quietly(() => consumer.unsubscribe());
      for (const end = Date.now() + LEAVE_WITHIN_MS; owned.size > 0 && Date.now() < end;)
        await pause(LOOK_MS);
      state.isGone = true;
      await stop();
    },
  };
};
