import { context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import type { FrameParts, Projector, StoredGroup } from '@orderloom/engine';
import { failSpan, startBatchSpan } from './batch-span.ts';
import { registeredTracer } from './tracer.ts';

/** Of each event behind `after`; `null` where it has none. */
function* traceparentsIn(
  groups: readonly StoredGroup[],
  { cut }: Pick<FrameParts, 'cut'>,
  after: number,
): Generator<string | null> {
  for (const { first, count, frames } of groups) {
    if (first + count - 1 <= after) continue;
    const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0, index = first; index < first + count; index++) {
      const { end, traceparent } = cut(source, at);
      at = end;
      if (index > after) yield traceparent;
    }
  }
}

/** Not those of the window before, which may be in the store only now. */
const eventsBehind = (after: number, groups: readonly StoredGroup[]): number =>
  groups.reduce((sum, { first, count }) => sum + Math.max(0, Math.min(count, first + count - 1 - after)), 0);

type Traced = { readonly projector: Projector; readonly parts: FrameParts; readonly partition: number };

const applyTraced = async (tracer: Tracer, traced: Traced, groups: readonly StoredGroup[]): Promise<void> => {
  const { projector, parts, partition } = traced;
  const before = await projector.checkpointIndex();
  const span = startBatchSpan(tracer, {
    name: 'project',
    traceparents: traceparentsIn(groups, parts, before),
    attributes: { 'orderloom.partition': partition },
  });
  if (span === undefined) return projector.apply(groups);
  try {
    await context.with(trace.setSpan(ROOT_CONTEXT, span), () => projector.apply(groups));
    span.setAttribute('orderloom.events', eventsBehind(before, groups));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/**
 * Makes a span of each window that the projector folds and its store commits, linked to the events in it; the projector
 * itself without an SDK.
 */
export const tracedProjector = (projector: Projector, parts: FrameParts, partition: number): Projector => {
  const tracer = registeredTracer();
  if (tracer === undefined) return projector;
  const traced = { projector, parts, partition };
  return { ...projector, apply: (groups) => applyTraced(tracer, traced, groups) };
};
