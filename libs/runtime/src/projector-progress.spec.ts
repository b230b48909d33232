import { describe, expect, test } from '@jest/globals';
import { jsonLogger } from './logger.ts';
import { metricsRegistry } from './metrics.ts';
import { projectorProgress } from './projector-progress.ts';

const setUp = () => {
  const metrics = metricsRegistry();
  let lines = '';
  const log = jsonLogger({ level: 'info', target: { write: (line: string) => void (lines += line) } });
  return { metrics, said: () => lines, seen: projectorProgress(metrics, log) };
};
const away = Object.assign(new Error('away'), { name: 'EngineError', code: 'views-unavailable' });

describe('the progress of a projector', () => {
  test('stands still while one partition waits, and moves when that has written again', () => {
    const { seen } = setUp();
    expect(seen.isMoving()).toBe(true);
    seen.onProblem({ partition: 1, error: away, againInMs: 100 });
    seen.onWindow({ partition: 0, index: 9, events: 9 });
    expect(seen.isMoving()).toBe(false);
    seen.onWindow({ partition: 1, index: 4, events: 4 });
    expect(seen.isMoving()).toBe(true);
  });

  test('does not wait for views that nobody reads, and tells of them all the same', async () => {
    const { seen, said, metrics } = setUp();
    let isRead = false;
    const { onWindow, onProblem } = seen.whereRead(() => isRead);
    onProblem({ partition: 1, error: away, againInMs: null });
    onWindow({ partition: 1, index: 4, events: 4 });
    expect(seen.isMoving()).toBe(true);
    expect(said()).toMatch(/"level":"error".*"code":"views-unavailable"/);
    const text = await metrics.metrics();
    expect(text).toContain('orderloom_projector_problems_total{code="views-unavailable"} 1');
    expect(text).not.toMatch(/orderloom_projector_(paused|index)\{/);
    isRead = true;
    onProblem({ partition: 1, error: away, againInMs: null });
    expect(seen.isMoving()).toBe(false);
    onWindow({ partition: 1, index: 9, events: 5 });
    expect(seen.isMoving()).toBe(true);
  });

  test('is counted by partition, its problems by code', async () => {
    const { seen, metrics } = setUp();
    seen.onWindow({ partition: 0, index: 4, events: 4 });
    seen.onWindow({ partition: 0, index: 9, events: 5 });
    seen.onProblem({ partition: 0, error: away, againInMs: 100 });
    const text = await metrics.metrics();
    expect(text).toContain('orderloom_projector_index{partition="0"} 9');
    expect(text).toContain('orderloom_projector_events_total{partition="0"} 9');
    expect(text).toContain('orderloom_projector_paused{partition="0"} 1');
    expect(text).toContain('orderloom_projector_problems_total{code="views-unavailable"} 1');
  });

  test('says what is ours in its own words, and of anything else the name only', () => {
    const { seen, said } = setUp();
    seen.onProblem({ partition: 0, error: away, againInMs: 100 });
    seen.onProblem({ partition: 0, error: new TypeError('Ada Planted'), againInMs: null });
    expect(said()).toMatch(/"level":"warn".*"code":"views-unavailable".*"msg":"away"/);
    expect(said()).toMatch(/"level":"error".*"msg":"TypeError"/);
    expect(said()).not.toContain('Planted');
  });
});
