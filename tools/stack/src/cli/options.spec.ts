import { describe, expect, test } from '@jest/globals';
import { optionsOf } from './options.ts';

describe('a call of the stack', () => {
  test('means every server where it names none', () => {
    expect(optionsOf(['up'])).toEqual({
      command: 'up',
      names: ['kafka', 'elasticsearch', 'schema-registry', 'redis'],
      brokers: 1,
      esNodes: 1,
      lines: 50,
      json: false,
    });
  });

  test('says how many nodes, and which servers', () => {
    const call = ['up', 'kafka', '--brokers', '3', '--es-nodes=2', '--json'];
    expect(optionsOf(call)).toMatchObject({ names: ['kafka'], brokers: 3, esNodes: 2, json: true });
  });

  test.each([['--help'], ['-h'], ['up', '--help']])('asks for help: %s %s', (...call) => {
    expect(optionsOf(call)).toBeUndefined();
  });

  test.each([
    [[], 'say what to do: up, down, status, logs'],
    [['start'], 'say what to do'],
    [['up', 'mysql'], 'there is no server mysql'],
    [['up', '--brokers', '2'], '--brokers can be 1 or 3'],
    [['up', '--es-nodes', 'two'], '--es-nodes can be 1 or 2'],
    [['logs', '--lines', '0'], '--lines must be a number from 1'],
    [['up', '--fast'], '--fast'],
  ])('that cannot be understood says what can: %j', (call, words) => {
    expect(() => optionsOf(call)).toThrow(words);
  });
});
