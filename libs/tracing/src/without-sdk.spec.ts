// Without an OpenTelemetry SDK nothing is made for a span: there is no maker that could, and no wrapper around anything.
import { expect, test } from '@jest/globals';
import { createProjector, jsonCodec, memoryViewStore, type FrameParts } from '@orderloom/engine';
import { bank } from '@orderloom/testing';
import { decidedSpans } from './decided-span.ts';
import { spanMaker } from './single-span.ts';
import { tracedProjector } from './traced-projector.ts';

test('a process without an SDK has no tracing at all', () => {
  const codec = jsonCodec();
  const projector = createProjector({
    ...{ store: memoryViewStore().store, codec, registry: bank(), projections: [] },
  });
  expect(spanMaker('server')).toBeUndefined();
  expect(decidedSpans()).toBeUndefined();
  expect(tracedProjector(projector, codec as unknown as FrameParts, 0)).toBe(projector);
});
