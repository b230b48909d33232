import { describe, expect, test } from '@jest/globals';
import type { Bench } from './harness/bench.ts';
import { helpText, optionsOf } from './options.ts';

const contender = (name: string) => ({ name, about: '', measure: async () => ({}) });
const example: Bench = {
  name: 'example',
  method: '',
  contenders: [contender('ours'), contender('theirs')],
  units: {},
  targets: [],
  rounds: { ci: 2, full: 5 },
};
const benches = new Map([['example', example]]);
const read = (line: string, env = {}) => optionsOf(line.split(' '), env, benches);

describe('the command line', () => {
  test('names a bench, and says the rest by flags', () => {
    expect(read('example --size full --only ours,theirs --json --write')).toEqual({
      bench: example,
      size: 'full',
      only: ['ours', 'theirs'],
      json: true,
      write: true,
    });
  });

  test('runs everything at the small size where nothing else is said', () => {
    expect(read('example')).toMatchObject({ size: 'ci', only: null, json: false, write: false });
    expect(read('example', { ORDERLOOM_SIZE: 'full' })).toMatchObject({ size: 'full' });
  });

  test.each([
    ['other', 'name one bench: example'],
    ['example --size huge', '--size is ci or full, not huge'],
    ['example --only us', 'there are ours, theirs'],
    ['example --fast', '--fast'],
  ])('refuses %s and says what can be asked for', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  test('asks for help', () => {
    expect(read('--help')).toBeUndefined();
    expect(helpText(benches)).toContain('example');
  });
});
