import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { JobCommand, JobEvent } from '../messages/generated/job.ts';
import { jobStreamType } from './job-stream.ts';

const given = scenarios(jobStreamType, {
  stream: { tenant: 'main', type: 'job', key: 'import-1' },
  now: 1_000,
  global: {},
});

const input = { kind: 'import-ocel', source: 'ab'.repeat(32), total: 10 };
const start: JobCommand = { type: 'StartJob', data: input };
const started: JobEvent = { type: 'JobStarted', data: input };
const advance = (done: number): JobCommand => ({
  type: 'AdvanceJob',
  data: { done, counts: { accepted: done } },
});
const advanced = (done: number): JobEvent => ({
  type: 'JobAdvanced',
  data: { done, counts: { accepted: done } },
});
const complete: JobCommand = { type: 'CompleteJob', data: { counts: { accepted: 10 } } };
const completed: JobEvent = { type: 'JobCompleted', data: { counts: { accepted: 10 } } };
const failed: JobEvent = { type: 'JobFailed', data: { code: 'bad-row', reason: 'row 7 is cut' } };
const fail: JobCommand = { type: 'FailJob', data: { code: 'bad-row', reason: 'row 7 is cut' } };

describe('a job', () => {
  test('starts, advances and completes', () => {
    given().when(start).then(started);
    given(started).when(advance(4)).then(advanced(4));
    given(started, advanced(10)).when(complete).then(completed);
    expect(given(started, advanced(4), completed).state).toMatchObject({ status: 'completed', done: 10 });
  });

  test('never goes back, nor past its end', () => {
    given(started, advanced(4)).when(advance(3)).thenRejected('steps-out-of-range', { pointer: '/done' });
    given(started).when(advance(11)).thenRejected('steps-out-of-range');
  });

  test('that failed starts again where it was, on the same input', () => {
    given(started, advanced(4)).when(fail).then(failed);
    given(started, advanced(4), failed).when(start).then(started);
    expect(given(started, advanced(4), failed, started).state).toMatchObject({
      status: 'running',
      done: 4,
      counts: { accepted: 4 },
      failure: null,
    });
    const other: JobCommand = { type: 'StartJob', data: { ...input, source: 'cd'.repeat(32) } };
    given(started, failed).when(other).thenRejected('other-source');
  });

  test('that nobody started is not known', () => {
    given().when(advance(1)).thenRejected('unknown-job', { kind: 'missing' });
  });

  test('that is over stays so', () => {
    given(started, completed).when(start).thenRejected('job-completed');
    given(started).when(start).thenRejected('job-running');
  });
});

describe('explain lists exactly the legal commands of a job', () => {
  const commands: readonly JobCommand[] = [start, advance(10), complete, fail];
  const pasts: readonly (readonly JobEvent[])[] = [[], [started], [started, completed], [started, failed]];
  test.each(pasts.map((past) => [past.at(-1)?.type ?? 'nothing', past] as const))('after %s', (_, past) => {
    const legal = commands.filter((command) => given(...past).when(command).decision.outcome === 'accepted');
    expect(jobStreamType.explain(given(...past).state, {}).allowedCommands).toEqual(
      legal.map(({ type }) => type),
    );
  });
});
