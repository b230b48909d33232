import { describe, expect, test } from '@jest/globals';
import { firstPlacement, placementAfter, type Placement } from '../generations/placement.ts';
import { FollowedGenerations } from './followed-generations.ts';

const rebuild = { kind: 'rebuild', swaps: true } as const;

/** The generations as a process feeds them; each pause ends when the test has looked. */
const following = () => {
  const fed = new Set<string>();
  const problems: unknown[] = [];
  let placement: Placement | Error = firstPlacement('f');
  let look: () => void = () => undefined;
  let looked: () => void = () => undefined;
  const generations = new FollowedGenerations({
    placement: async () => {
      if (placement instanceof Error) throw placement;
      return placement;
    },
    open: async (generation) => {
      let end: () => void = () => undefined;
      const over = new Promise<void>((resolve) => (end = resolve));
      fed.add(generation);
      return {
        run: () => over,
        stop: async () => {
          fed.delete(generation);
          end();
        },
      };
    },
    pause: () => {
      looked();
      return new Promise((resolve) => (look = resolve));
    },
    onProblem: (error) => problems.push(error),
  });
  const first = new Promise<void>((resolve) => (looked = resolve));
  const running = generations.run();
  return {
    generations,
    problems,
    fed: () => [...fed].sort(),
    /** Looks at another placement. */
    see: async (next: Placement | Error): Promise<void> => {
      await first;
      placement = next;
      const seen = new Promise<void>((resolve) => (looked = resolve));
      look();
      await seen;
    },
    stop: async (): Promise<void> => {
      await generations.stop();
      look();
      await running;
    },
  };
};

describe('the generations that are fed', () => {
  test('are those of the placement, as it changes', async () => {
    const { see, fed, generations, stop } = following();
    const built = placementAfter(firstPlacement('f'), rebuild);
    await see(built);
    expect([fed(), generations.isLive('f')]).toEqual([['f', 'f_1'], true]);
    const swapped = placementAfter(built, { kind: 'swap' });
    await see(swapped);
    expect([fed(), generations.isLive('f'), generations.isLive('f_1')]).toEqual([['f', 'f_1'], false, true]);
    await see(placementAfter(swapped, { kind: 'drop' }));
    expect(fed()).toEqual(['f_1']);
    await stop();
    expect(fed()).toEqual([]);
  });

  test('are fed on while the placement cannot be read', async () => {
    const { see, fed, problems, stop } = following();
    await see(placementAfter(firstPlacement('f'), rebuild));
    await see(new Error('away'));
    expect(fed()).toEqual(['f', 'f_1']);
    expect(problems).toHaveLength(1);
    await stop();
  });
});
