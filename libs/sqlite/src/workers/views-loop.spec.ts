import { describe, expect, it } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import {
  EngineError,
  memoryViewStore,
  type Projector,
  type StoredGroup,
  type ViewStore,
} from '@orderloom/engine';
import { ViewsLoop, type ViewsLoopOptions } from './views-loop.ts';
import { turns, virtualClock } from '@orderloom/testing';
import type { FromViewsWorker } from './views-protocol.ts';

const aGroup = (first: number, count = 1): StoredGroup => ({
  first,
  count,
  frames: new Uint8Array(count * 10),
});

/** Keeps what it was given, and stands in the store's checkpoint. */
const countingProjector = (store: ViewStore, applied: StoredGroup[][]): Projector => ({
  checkpointIndex: async () => (await store.checkpoint()).index,
  apply: async (groups) => {
    applied.push([...groups]);
    const last = groups.at(-1);
    const index = last === undefined ? 0 : last.first + last.count - 1;
    const checkpoint = { index, sequences: new Float64Array(SLOTS) };
    await store.commit({ writes: [], removals: [], chunks: [], parked: [], checkpoint });
  },
});

const aLoop = (log: StoredGroup[], more: Partial<ViewsLoopOptions> = {}) => {
  const applied: StoredGroup[][] = [];
  const reports: FromViewsWorker[] = [];
  let kept = memoryViewStore();
  const loop = new ViewsLoop({
    head: 0,
    windowMs: 0,
    openStore: () => kept.store,
    dropStore: () => {
      kept = memoryViewStore();
    },
    createProjector: (store) => countingProjector(store, applied),
    read: (after) => log.filter(({ first, count }) => first + count - 1 > after),
    report: (message) => reports.push(message),
    ...more,
  });
  const ended = loop.run();
  const feed = (group: StoredGroup): void => {
    log.push(group);
    loop.take({ kind: 'group', ...group });
  };
  const progress = () => reports.findLast((report) => report.kind === 'progress');
  const reach = async (index: number): Promise<void> => {
    while (progress()?.index !== index) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const stop = async (): Promise<void> => {
    loop.take({ kind: 'stop' });
    await ended;
  };
  const firsts = () => applied.flat().map(({ first }) => first);
  const problems = () => reports.flatMap((report) => (report.kind === 'problem' ? report.message : []));
  return { loop, feed, reach, stop, firsts, progress, problems, applied, store: () => kept.store };
};

describe('the views loop', () => {
  it('projects every group once and in order', async () => {
    const { feed, reach, stop, firsts } = aLoop([]);
    for (let first = 1; first < 40; first += 3) feed(aGroup(first, 3));
    await reach(39);
    await stop();
    expect(firsts()).toEqual([...Array(13).keys()].map((at) => 1 + at * 3));
  });

  it('merges what has queued into one window', async () => {
    const { feed, reach, stop, applied } = aLoop([], { windowMs: 30 });
    feed(aGroup(1));
    await reach(1);
    for (let first = 2; first <= 9; first++) feed(aGroup(first));
    await reach(9);
    await stop();
    expect(applied.map((window) => window.length)).toEqual([1, 8]);
  });

  it('lets events gather behind a long window, until somebody waits for them', async () => {
    const clock = virtualClock(0);
    const applied: StoredGroup[][] = [];
    const { loop, feed, reach, stop } = aLoop([], {
      clock,
      createProjector: (store) => {
        const { apply, ...projector } = countingProjector(store, applied);
        return { ...projector, apply: (groups) => apply(groups).then(() => clock.advance(15)) };
      },
    });
    feed(aGroup(1));
    await reach(1);
    feed(aGroup(2));
    feed(aGroup(3));
    clock.advance(44);
    await turns();
    expect(applied).toHaveLength(1);
    loop.take({ kind: 'wanted', last: 3 });
    await reach(3);
    await stop();
    expect(applied.map((window) => window.length)).toEqual([1, 2]);
  });

  it('reads the log up to where it stood when the loop began', async () => {
    const { reach, stop, firsts } = aLoop([aGroup(1, 2), aGroup(3)], { head: 3 });
    await reach(3);
    await stop();
    expect(firsts()).toEqual([1, 3]);
  });

  it('reads what it was not fed, and passes over what it has read', async () => {
    const log = [aGroup(1), aGroup(2), aGroup(3)];
    const { loop, feed, reach, stop, firsts } = aLoop(log);
    loop.take({ kind: 'group', ...aGroup(3) });
    await reach(3);
    loop.take({ kind: 'group', ...aGroup(2) });
    feed(aGroup(4));
    await reach(4);
    log.push(aGroup(5));
    loop.take({ kind: 'head', last: 5 });
    await reach(5);
    await stop();
    expect(firsts()).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts the bytes that it no longer holds', async () => {
    const { loop, feed, reach, stop, progress } = aLoop([]);
    feed(aGroup(1));
    await reach(1);
    loop.take({ kind: 'group', ...aGroup(1) });
    feed(aGroup(2, 4));
    await reach(5);
    await stop();
    expect(progress()).toMatchObject({ index: 5, takenBytes: 60 });
  });

  it('finishes what was fed before it stops', async () => {
    const { feed, stop, firsts } = aLoop([], { windowMs: 50 });
    feed(aGroup(1));
    feed(aGroup(2));
    await stop();
    expect(firsts()).toEqual([1, 2]);
  });

  it('tries again after a failure, from its checkpoint', async () => {
    let failing = 3;
    const applied: StoredGroup[][] = [];
    const { feed, reach, stop, problems } = aLoop([], {
      createProjector: (store) => {
        const projector = countingProjector(store, applied);
        return {
          ...projector,
          apply: async (groups) => {
            if (groups[0]?.first !== 1 && failing-- > 0) throw new Error('the disk is full');
            await projector.apply(groups);
          },
        };
      },
    });
    feed(aGroup(1));
    await reach(1);
    feed(aGroup(2));
    feed(aGroup(3));
    await reach(3);
    await stop();
    expect(problems()).toEqual(Array(3).fill('the disk is full'));
    expect(applied.flat().map(({ first }) => first)).toEqual([1, 2, 3]);
  });

  it('begins again from zero where its file is damaged', async () => {
    let damaged = true;
    const applied: StoredGroup[][] = [];
    const { feed, reach, stop } = aLoop([], {
      createProjector: (store) => ({
        ...countingProjector(store, applied),
        apply: async (groups) => {
          if (groups.some(({ first }) => first === 3) && damaged) {
            damaged = false;
            throw new EngineError('views-corrupt', 'malformed', { retryable: false });
          }
          await countingProjector(store, applied).apply(groups);
        },
      }),
    });
    feed(aGroup(1, 2));
    await reach(2);
    feed(aGroup(3));
    await reach(3);
    await stop();
    expect(applied.flat().map(({ first }) => first)).toEqual([1, 1, 3]);
  });

  it('begins again where the views know more than the log', async () => {
    const ahead = memoryViewStore();
    let current = ahead.store;
    const checkpoint = { index: 99, sequences: new Float64Array(SLOTS) };
    await ahead.store.commit({ writes: [], removals: [], chunks: [], parked: [], checkpoint });
    const { reach, stop, problems } = aLoop([aGroup(1), aGroup(2)], {
      head: 2,
      openStore: () => current,
      dropStore: () => {
        current = memoryViewStore().store;
      },
    });
    await reach(2);
    await stop();
    expect(problems()[0]).toContain('the log ends with event 2');
  });

  it('begins again where the event at its checkpoint is another one in the log', async () => {
    let isOther = false;
    const { feed, reach, stop, problems, firsts } = aLoop([aGroup(1), aGroup(2)], {
      head: 2,
      openStore: () => {
        const { store } = memoryViewStore();
        if (isOther) return store;
        isOther = true;
        const checkpoint = { index: 1, sequences: new Float64Array(SLOTS) };
        void store.commit({ writes: [], removals: [], chunks: [], parked: [], checkpoint });
        return store;
      },
      createProjector: (store) => ({
        ...countingProjector(store, []),
        stands: async () => false,
      }),
    });
    await reach(2);
    feed(aGroup(3));
    await reach(3);
    await stop();
    expect(problems()[0]).toContain('event 1 of the views is not event 1 of the log');
    expect(firsts()).toEqual([]);
  });

  it('begins again where somebody has put another file in the place of its own', async () => {
    let isReplaced = false;
    let dropped = 0;
    const { feed, reach, stop, problems } = aLoop([], {
      isReplaced: () => isReplaced,
      openStore: () => {
        isReplaced = false;
        return memoryViewStore().store;
      },
      dropStore: () => {
        dropped++;
      },
    });
    feed(aGroup(1));
    await reach(1);
    isReplaced = true;
    feed(aGroup(2));
    await reach(2);
    await stop();
    expect(problems()[0]).toContain('deleted or replaced');
    expect(dropped).toBe(1);
  });
});
