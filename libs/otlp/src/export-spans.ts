import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** Sends the spans of this process to a collector. */
export type SpanExport = {
  /** Sends what is left; a collector that is away holds nobody up for long. */
  readonly stop: () => Promise<void>;
};

/** Longest wait for a collector, ms: an orderly stop does not hang on one that is away. */
const EXPORT_WITHIN_MS = 5_000;

const tracesAt = (endpoint: string): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`;

/** What the environment calls the service (`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`) goes before its own name. */
export const exportSpans = (
  endpoint: string,
  { name, version }: { readonly name: string; readonly version: string },
): SpanExport => {
  const exporter = new OTLPTraceExporter({ url: tracesAt(endpoint), timeoutMillis: EXPORT_WITHIN_MS });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': name, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_WITHIN_MS })],
  });
  provider.register();
  return {
    stop: async () => {
      // Spans that nobody takes are lost: that is no failure of the process that made them.
      await provider.shutdown().catch(() => undefined);
    },
  };
};
