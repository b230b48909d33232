import type { SpanExport } from './export-spans.ts';

/**
 * Registers an OpenTelemetry SDK whose spans go to `endpoint` by OTLP over HTTP; to be awaited before anything is opened
 * that makes spans. Without an endpoint nothing is registered, and no code of the SDK is loaded.
 */
export const startTracing = async (
  endpoint: string | null,
  service: { readonly name: string; readonly version: string },
): Promise<SpanExport> => {
  if (endpoint === null) return { stop: async () => undefined };
  const { exportSpans } = await import('./export-spans.ts');
  return exportSpans(endpoint, service);
};
