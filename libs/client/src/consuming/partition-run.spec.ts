// One partition of a group over a log in memory: how far its progress may go, and what ends it.
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  jsonCodec,
  logFenced,
  memoryEventSource,
  type KeptProgress,
  type StoredGroup,
} from '@orderloom/engine';
import { bankHistory, until } from '@orderloom/testing';
import type { Ending } from './attempts.ts';
import { followingLog } from './following.ts';
import { PartitionRun, type RunParts } from './partition-run.ts';

const WITHIN_MS = 10_000;
const history = bankHistory({ accounts: 3, deposits: 2 });
const [, slow = '', quick = ''] = history.accounts;
const handled: Ending = { outcome: 'handled' };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Runs one partition over these groups, from the beginning. */
const running = (
  groups: readonly StoredGroup[],
  parts: Partial<RunParts> & {
    readonly keep?: (kept: KeptProgress) => Promise<void>;
    readonly asked?: () => Promise<readonly string[]>;
  },
) => {
  const source = memoryEventSource(1);
  for (const group of groups) source.append(0, group);
  const kept: KeptProgress[] = [];
  const keep = parts.keep ?? (async (next: KeptProgress) => void kept.push(next));
  const own = {
    index: 0,
    parked: [],
    keep,
    asked: parts.asked ?? (async () => []),
    close: async () => undefined,
  };
  const progress = { take: async () => own, close: own.close };
  const following = followingLog({ source, progress, codec: jsonCodec() });
  const ended = following.source.run((partition, signal) =>
    new PartitionRun(
      {
        ...{ group: 'tellers', onParked: () => undefined, load: following.load, ...parts },
        wants: ({ stream }) => stream.type === 'account',
        handle: parts.handle ?? (async () => handled),
      },
      partition,
      own,
      signal,
    ).run(),
  );
  ended.catch(() => undefined);
  stops.push(() => source.stop());
  return { kept, ended, source };
};

const indexOf = (kept: readonly KeptProgress[]): number => kept.at(-1)?.index ?? 0;

describe('the progress of a partition', () => {
  test('goes to the first event that is not handled, however many behind it are', async () => {
    const seen: string[] = [];
    let finish: (ending: Ending) => void = () => undefined;
    const { kept } = running(history.groups, {
      handle: ({ stream, version }) => {
        seen.push(`${stream.key}/${version}`);
        if (stream.key !== slow || version !== 1) return Promise.resolve(handled);
        return new Promise((resolve) => (finish = resolve));
      },
    });
    await until('the quick one to be handled', () => seen.includes(`${quick}/3`), WITHIN_MS);
    // The world's one event is not wanted, an account that rests is handled, the slow one's first event is under way.
    expect([indexOf(kept) <= 2, seen.includes(`${slow}/2`)]).toEqual([true, false]);
    finish(handled);
    await until('all to be kept', () => indexOf(kept) === history.groups.length, WITHIN_MS);
    expect(seen.filter((one) => one.startsWith(slow))).toEqual([1, 2, 3].map((at) => `${slow}/${at}`));
  });

  test('holds what was parked, with what follows it in its stream and nothing else', async () => {
    const { kept } = running(history.groups, {
      handle: async ({ stream }) =>
        stream.key === slow ? { outcome: 'failed', reason: 'RangeError' } : handled,
    });
    await until('all to be kept', () => indexOf(kept) === history.groups.length, WITHIN_MS);
    const parked = kept.flatMap((one) => one.parked.map(({ streamId, version }) => [streamId, version]));
    expect(parked).toEqual([1, 2, 3].map((version) => [`main/account/${slow}`, version]));
  });
});

describe('a partition', () => {
  test('that another reader has taken ends, and hands out nothing more', async () => {
    const { ended, source } = running(history.groups.slice(0, 2), {
      keep: () => Promise.reject(logFenced('somebody else has it')),
    });
    await expect(ended).rejects.toMatchObject({ code: 'log-fenced' });
    expect(source.shownOf(0)).toBe(0);
  });

  test('whose log has a gap ends there, with everything in front of it kept', async () => {
    const groups = history.groups.filter((_, at) => at !== 3);
    const { ended, kept } = running(groups, {});
    await expect(ended).rejects.toMatchObject({ code: 'position-gap', retryable: false });
    expect(indexOf(kept)).toBe(3);
  });
});
