export type { SpanExport } from './export-spans.ts';
export { startTracing } from './start-tracing.ts';
