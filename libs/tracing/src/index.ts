export { decidedSpans } from './decided-span.ts';
export { spanMaker, type OpenSpan, type SpanMaker } from './single-span.ts';
export { tracedProjector } from './traced-projector.ts';
