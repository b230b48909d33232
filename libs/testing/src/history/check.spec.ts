// What the checker lets pass: honest runs with retries, overlaps and unknown ends; and which runs do not count.
import { describe, expect, test } from '@jest/globals';
import { aGoodRun, aHistory, b1, check, stream } from '../example/boiler.ts';

describe('a history without a fault', () => {
  test('passes, with its figures', () => {
    expect(check(aGoodRun())).toMatchObject({ passed: true, counts: true, successRate: 1, violations: [] });
    expect(check(aGoodRun()).figures).toMatchObject({
      calls: 4,
      acknowledged: 4,
      unknown: 0,
      events: 4,
      streams: 2,
    });
  });

  test('passes with calls that overlap, answered in another order than the log has them', () => {
    const run = aGoodRun();
    run.add(b1, 'Filled', 'first');
    run.add(b1, 'Filled', 'second');
    const [second, first] = [run.history.begin('second'), run.history.begin('first')];
    run.history.end(second, 'accepted', 5);
    run.history.end(first, 'accepted', 4);
    run.history.read(5);
    run.history.call('stale', 'conflict', 5, 4);
    expect(check(run).violations).toEqual([]);
  });

  test('passes with retries, a late duplicate, and a refusal before an acceptance', () => {
    const run = aGoodRun();
    run.history.call('again', 'refused', 3);
    run.add(b1, 'Filled', 'again');
    run.history.begin('again');
    run.history.call('again', 'accepted', 4);
    run.history.call('again', 'duplicate', 4);
    run.history.call('fill-1', 'duplicate', 2);
    expect(check(run, { leastSuccess: 0 }).violations).toEqual([]);
  });

  test('passes with what a command caused on its own stream, and with a cart that was ordered before', () => {
    const run = aGoodRun();
    run.add(b1, 'Filled', 'cause');
    run.add(b1, 'Filled', 'effect', { root: 'cause', causation: 'main/boiler/b1/4', hops: 1 });
    run.history.call('cause', 'accepted', 5);
    run.history.call('second-click', 'duplicate', 5);
    expect(check(run).violations).toEqual([]);
  });

  test('leaves an unknown call a maybe, whether it took effect or not', () => {
    const run = aGoodRun();
    run.add(b1, 'Filled', 'yes');
    run.add(stream('b6'), 'Built', 'made');
    for (const id of ['yes', 'no']) run.history.begin(id);
    run.history.begin('made', stream(''));
    const report = check(run, { leastSuccess: 0 });
    expect(report.violations).toEqual([]);
    expect(report.figures).toMatchObject({ unknown: 3, unknownInLog: 2 });
  });

  test('tells how late deadlines were, and what is pending', () => {
    const run = aGoodRun();
    for (const [key, late] of [
      ['d1', 0],
      ['d2', 7],
      ['d3', 40],
    ] as const) {
      run.add(stream(key), 'Filled', `x-${key}`, { data: { due: 5_000 } });
      run.add(stream(key), 'Whistled', `deadline-${key}`, { hops: 1, recordedAt: 5_000 + late });
    }
    run.add(b1, 'Filled', 'x', { data: { due: 9_000 } });
    const { deadlines } = check(run, { off: ['illegal'], quietAt: 8_000 }).figures;
    expect(deadlines).toEqual({ fired: 3, pending: 1, lateness: { p50: 7, p99: 40, max: 40 } });
  });
});

describe('a run in which little succeeds', () => {
  test('does not count, although nothing is violated', () => {
    const run = aGoodRun();
    for (let i = 0; i < 2; i++) run.history.call(`no-${String(i)}`, 'refused', 3);
    expect(check(run)).toMatchObject({ passed: false, counts: false, violations: [] });
    expect(check({ ...run, history: aHistory() })).toMatchObject({
      passed: false,
      counts: false,
      successRate: null,
    });
  });

  test('counts where the failures are inside fault windows, or meant', () => {
    const run = aGoodRun();
    run.history.fault('begin');
    for (let i = 0; i < 5; i++) run.history.call(`no-${String(i)}`, 'unavailable', 3);
    run.history.fault('end');
    run.history.end(run.history.begin('meant', b1, null, true), 'refused', 3);
    expect(check(run)).toMatchObject({ passed: true, successRate: 1 });
  });
});
