export { startTracing, type SpanExport } from './start-tracing.ts';
