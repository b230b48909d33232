import { isSpanContextValid, trace, type Tracer } from '@opentelemetry/api';

const NAME = 'orderloom';

/**
 * The tracer of the OpenTelemetry SDK that this process has registered; `undefined`: it has none, and nothing of a span
 * is to be made. To be asked once, when something is opened: an SDK is registered before.
 */
export const registeredTracer = (): Tracer | undefined => {
  const tracer = trace.getTracer(NAME);
  // Only an SDK gives a span an identity. This one is never ended, so it is never sent.
  const asked = tracer.startSpan('is there an SDK', { root: true });
  return isSpanContextValid(asked.spanContext()) ? tracer : undefined;
};
