import { describe, expect, test } from '@jest/globals';
import { nearestName } from './nearest-name.ts';

const names = ['ORDERLOOM_DATA', 'ORDERLOOM_PROFILE', 'ORDERLOOM_REDIS_URL'];

describe('the nearest name', () => {
  test.each([
    ['ORDERLOOM_DTA', 'ORDERLOOM_DATA'],
    ['ORDERLOOM_PROFIL', 'ORDERLOOM_PROFILE'],
    ['orderloom_redis_uri', 'ORDERLOOM_REDIS_URL'],
  ])('of %s is %s', (typed, meant) => {
    expect(nearestName(typed, names)).toBe(meant);
  });

  test('of something else does not exist', () => {
    expect(nearestName('ORDERLOOM_ALLOW_REPEATED_ORDERS', names)).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });
});
