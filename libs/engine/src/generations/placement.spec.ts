import { describe, expect, test } from '@jest/globals';
import {
  fedGenerations,
  firstPlacement,
  isGivenUp,
  placementAfter,
  type Placement,
  type PlacementStep,
} from './placement.ts';

const rebuild: PlacementStep = { kind: 'rebuild', swaps: true };
const equal: PlacementStep = { kind: 'compared', equal: true };
const different: PlacementStep = { kind: 'compared', equal: false };
const swap: PlacementStep = { kind: 'swap' };
const rollback: PlacementStep = { kind: 'rollback' };
const drop: PlacementStep = { kind: 'drop' };

const after = (...steps: readonly PlacementStep[]): Placement =>
  steps.reduce(placementAfter, firstPlacement('f'));
/** `live | beside state`. */
const told = ({ live, beside }: Placement): string =>
  beside === null ? live : `${live} | ${beside.generation} ${beside.state}`;

test('a generation is given up when it was made and is fed no more, and one of later days never', () => {
  const placement = after(rebuild, swap, rebuild);
  expect(told(placement)).toBe('f_1 | f_2 building');
  const names = ['f', 'f_0', 'f_1', 'f_2', 'f_3', 'f_x', 'fx1', 'g', 'g_1'];
  expect(names.filter((name) => isGivenUp(placement, name))).toEqual(['f', 'f_0']);
});

describe('the placement of views', () => {
  test('begins with one generation, named as its folds', () => {
    expect(told(after())).toBe('f');
    expect(fedGenerations(after())).toEqual(['f']);
  });

  test.each<readonly [string, readonly PlacementStep[], string]>([
    ['a rebuild makes one beside', [rebuild], 'f | f_1 building'],
    ['that is begun already goes on', [rebuild, rebuild], 'f | f_1 building'],
    ['and is equal is ready', [rebuild, equal], 'f | f_1 ready'],
    ['and differs stays where it is', [rebuild, different], 'f | f_1 differs'],
    ['that differed may be equal later', [rebuild, different, equal], 'f | f_1 ready'],
    ['that differed is begun again as another', [rebuild, different, rebuild], 'f | f_2 building'],
    ['swapped keeps the old one', [rebuild, equal, swap], 'f_1 | f kept'],
    ['compared again, the kept one is kept', [rebuild, equal, swap, equal], 'f_1 | f kept'],
    ['rolled back, the new one can be swapped again', [rebuild, equal, swap, rollback], 'f | f_1 ready'],
    ['rolled back and swapped again', [rebuild, equal, swap, rollback, swap], 'f_1 | f kept'],
    ['the next rebuild gives the kept one up', [rebuild, equal, swap, rebuild], 'f_1 | f_2 building'],
    ['dropped', [rebuild, equal, swap, drop], 'f_1'],
    ['no number is given twice', [rebuild, drop, rebuild], 'f | f_2 building'],
  ])('%s', (_, steps, expected) => {
    expect(told(after(...steps))).toBe(expected);
  });

  test('counts every change, and nothing else', () => {
    expect(after(rebuild, equal, swap).version).toBe(4);
    expect(after(rebuild, rebuild).version).toBe(2);
  });

  test.each<readonly [string, readonly PlacementStep[], PlacementStep, string]>([
    ['a swap', [], swap, 'nothing-beside'],
    ['a roll-back', [], rollback, 'nothing-beside'],
    ['a drop', [], drop, 'nothing-beside'],
    ['a comparison', [], equal, 'nothing-beside'],
    ['a roll-back to what was never live', [rebuild, equal], rollback, 'not-kept'],
    ['a roll-back to what differs', [rebuild, equal, swap, different], rollback, 'not-kept'],
  ])('refuses %s where it makes no sense', (_, before, step, code) => {
    expect(() => placementAfter(after(...before), step)).toThrow(expect.objectContaining({ code }));
  });
});
