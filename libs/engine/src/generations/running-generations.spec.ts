// The long work on the views, one piece at a time: whoever comes between two steps of it is told so.
import { describe, expect, test } from '@jest/globals';
import type { GenerationsPlace } from '../ports/view-generations.ts';
import type { Comparison } from './comparing.ts';
import { firstPlacement, placementAfter, type Placement } from './placement.ts';
import { unrecorded } from './rebuild-record.ts';
import { RunningGenerations } from './running-generations.ts';

const EQUAL: Comparison = { index: 1, documents: 1, histories: 1, differences: 0, first: null };

/** Generations that show the whole log at once, and are compared when the test says so. */
const aPlace = () => {
  let placement: Placement = firstPlacement('f');
  let end: () => void = () => undefined;
  const mayCompare = new Promise<void>((resolve) => (end = resolve));
  const place: GenerationsPlace = {
    placement: () => placement,
    step: async (step) => {
      placement = placementAfter(placement, step);
    },
    shownUpTo: () => 1,
    advanced: async () => undefined,
    head: () => 1,
    compare: async () => {
      await mayCompare;
      return EQUAL;
    },
  };
  const generations = new RunningGenerations({
    ...{ place, recordOf: () => unrecorded },
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  return { generations, place, end };
};

describe('a rebuild', () => {
  test('is under way from its first step to its end: at no turn can other work begin', async () => {
    const { generations, end } = aPlace();
    let begun = false;
    const begins = generations.rebuild(true).then(() => (begun = true));
    const answers: Promise<unknown>[] = [];
    while (!begun) {
      answers.push(generations.compare('f').catch((error: unknown) => error));
      await Promise.resolve();
    }
    await begins;
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ code: 'views-busy' });
    end();
    await generations.stop();
    expect((await generations.report()).last).toMatchObject({ kind: 'rebuild', result: 'swapped' });
  });

  test('that cannot begin leaves nothing under way', async () => {
    const { place } = aPlace();
    const refused = new RunningGenerations({
      ...{ recordOf: () => unrecorded, onProblem: () => undefined },
      place: { ...place, step: async () => Promise.reject(new Error('no disk')) },
    });
    await expect(refused.rebuild(true)).rejects.toThrow('no disk');
    expect((await refused.report()).work).toBeNull();
  });
});
