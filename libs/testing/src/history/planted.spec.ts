// A checker that cannot fail proves nothing: every check has a planted violation here, and is silent when it is off.
import { describe, expect, test } from '@jest/globals';
import { aGoodRun, b1, check, stream, type Run } from '../example/boiler.ts';
import type { CheckOptions } from './check.ts';
import { CHECKS, type CheckName } from './findings.ts';
import { NULL_CONTROLS, noticed } from './null-controls.ts';

/** What is planted, and the check that must find it. */
const planted: readonly (readonly [CheckName, string, (run: Run) => Partial<CheckOptions> | void])[] = [
  ['acknowledged-lost', 'the stream ends before what was answered', (run) => void run.log.pop()],
  [
    'acknowledged-lost',
    'no event has the command id',
    (run) => void (run.log[3] = { ...run.log[3]!, commandId: 'x' }),
  ],
  ['acknowledged-lost', 'an acknowledged creation is gone', (run) => void run.log.splice(2, 1)],
  [
    'acknowledged-lost',
    'a duplicate of something that is not there',
    ({ history }) => history.call('other', 'duplicate', 4),
  ],
  [
    'acknowledged-lost',
    'the answer names a sequence that the log does not reach',
    ({ history, log }) => {
      history.call('build', 'accepted', 1);
      const answer = history.entries.at(-1)!;
      if (answer.kind === 'answer')
        Object.assign(answer.answer, { position: { slot: log[0]!.slot, sequence: 99 } });
    },
  ],
  [
    'acknowledged-lost',
    "the answer shows somebody else's event",
    ({ history }) => history.call('fill-1', 'duplicate', 3),
  ],
  [
    'real-time-order',
    'a later append began after an earlier one was known',
    ({ history, add }) => {
      add(b1, 'Filled', 'late');
      add(b1, 'Filled', 'early');
      history.call('early', 'accepted', 5);
      history.call('late', 'accepted', 4);
    },
  ],
  ['real-time-order', 'a read is behind what was acknowledged before it', ({ history }) => history.read(2)],
  [
    'real-time-order',
    'two reads go back',
    ({ history, add }) => {
      add(b1, 'Filled', 'maybe');
      history.begin('maybe');
      history.read(4);
      history.read(3);
    },
  ],
  [
    'real-time-order',
    'a read saw a command before it was sent',
    ({ history, add }) => {
      add(b1, 'Filled', 'future');
      history.read(4);
      history.call('future', 'accepted', 4);
    },
  ],
  [
    'real-time-order',
    'a conflict saw an old version',
    ({ history }) => history.call('other', 'conflict', 1, 2),
  ],
  [
    'expected-version',
    'it took effect behind another version',
    ({ history, add }) => {
      add(b1, 'Filled', 'bold');
      history.call('bold', 'accepted', 4, 2);
    },
  ],
  ['version-gap', 'a version is left out', ({ add }) => add(b1, 'Filled', 'x', { version: 5 })],
  [
    'version-gap',
    'two events have one version (a fork)',
    ({ add }) => add(b1, 'Filled', 'x', { version: 3 }),
  ],
  ['sequence-gap', 'a sequence is left out', ({ add }) => add(b1, 'Filled', 'x', { sequence: 9 })],
  ['broken-chain', 'an event was changed', ({ log }) => void (log[1] = { ...log[1]!, identity: 'another' })],
  [
    'wrong-slot',
    'an event is in a slot that is not its own',
    ({ add }) => add(b1, 'Filled', 'x', { slot: 7, sequence: 1 }),
  ],
  ['double-effect', 'a command comes again later', ({ add }) => add(b1, 'Filled', 'fill-1')],
  [
    'double-effect',
    'a command comes again at once',
    ({ add, log }) => add(b1, 'Filled', 'fill-2', { recordedAt: log[3]!.recordedAt }),
  ],
  ['double-effect', 'a command comes again at another instant', ({ add }) => add(b1, 'Drained', 'fill-2')],
  [
    'double-effect',
    'a command comes again with other content',
    ({ add, log }) =>
      add(b1, 'Drained', 'fill-2', { recordedAt: log[3]!.recordedAt, commandFingerprint: 'other' }),
  ],
  ['double-effect', 'one command makes two streams', ({ add }) => add(stream('b3'), 'Built', 'build-2')],
  [
    'double-effect',
    'one command is accepted at two versions',
    ({ history }) => history.call('fill-1', 'accepted', 3),
  ],
  [
    'double-effect',
    'more was done than was answered',
    ({ add, log }) => add(b1, 'Drained', 'fill-2', { recordedAt: log[3]!.recordedAt }),
  ],
  ['illegal', 'an event that may not be there', ({ add }) => add(stream('b4'), 'Filled', 'x')],
  ['unfoldable', 'an event that cannot be folded', ({ add }) => add(b1, 'Exploded', 'x')],
  [
    'unfoldable',
    'a stream type that nobody knows',
    ({ add }) => add({ ...b1, type: 'kettle' }, 'Built', 'x'),
  ],
  [
    'refused-effect',
    'a refused command is in the log',
    ({ add, history }) => {
      add(b1, 'Filled', 'no');
      history.call('no', 'refused', 3);
    },
  ],
  [
    'refused-effect',
    'a refused creation is in the log',
    ({ add, history }) => {
      add(stream('b5'), 'Built', 'no');
      history.end(history.begin('no', stream('')), 'refused', 0, stream(''));
    },
  ],
  [
    'deadline-early',
    'it fired before it was due',
    ({ add }) => {
      add(b1, 'Filled', 'x', { data: { due: 5_000 } });
      add(b1, 'Whistled', 'deadline', { hops: 1, recordedAt: 4_999 });
    },
  ],
  [
    'deadline-twice',
    'it fired again',
    ({ add }) => {
      add(b1, 'Filled', 'x', { data: { due: 5_000 } });
      add(b1, 'Whistled', 'deadline', { hops: 1, recordedAt: 5_000 });
      add(b1, 'Whistled', 'deadline', { hops: 1, recordedAt: 5_000 });
    },
  ],
  [
    'deadline-lost',
    'it never fired',
    ({ add }) => {
      add(b1, 'Filled', 'x', { data: { due: 5_000 } });
      return { quietAt: 6_000 };
    },
  ],
];

describe('a planted violation', () => {
  test.each(planted)('is found by %s: %s', (name, _, plant) => {
    const run = aGoodRun();
    const more = plant(run) ?? {};
    const report = check(run, more);
    expect(report.violations.map((violation) => violation.check)).toContain(name);
    expect(report.passed).toBe(false);
    const without = check(run, { ...more, off: [name] });
    expect(without.violations.map((violation) => violation.check)).not.toContain(name);
  });

  test('is there for every check', () => {
    expect([...new Set(planted.map(([name]) => name))].sort()).toEqual(Object.keys(CHECKS).sort());
  });

  test('is noticed by the null control of its mechanism', () => {
    const run = aGoodRun();
    run.add(b1, 'Filled', 'fill-1');
    expect(noticed(check(run), 'dedup')).toEqual(['double-effect']);
    expect(noticed(check(run), 'fsync')).toEqual([]);
    expect(noticed(check(aGoodRun()), 'dedup')).toEqual([]);
    for (const { mustFail } of Object.values(NULL_CONTROLS))
      for (const name of mustFail) expect(CHECKS).toHaveProperty(name);
  });

  test('is counted however often, and kept a hundred times', () => {
    const run = aGoodRun();
    for (let i = 0; i < 150; i++) run.add(b1, 'Filled', 'fill-1');
    expect(check(run).found['double-effect']).toBeGreaterThanOrEqual(150);
    expect(check(run).violations.filter((violation) => violation.check === 'double-effect')).toHaveLength(
      100,
    );
  });
});
