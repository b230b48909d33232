import { TraceFlags, type SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What a W3C traceparent says; `undefined` where there is none or it is invalid. */
export const spanContextOf = (traceparent: unknown): SpanContext | undefined => {
  const [, traceId, spanId, flags] =
    typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent) ?? []) : [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
};

/** The W3C traceparent of a span. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** The spans that these traceparents name, each once, in order; those of traces that nobody records are left out. */
export const sampledContexts = (traceparents: Iterable<string | null>, most: number): SpanContext[] => {
  const found = new Map<string, SpanContext>();
  for (const traceparent of traceparents) {
    if (found.size === most) break;
    if (traceparent === null || found.has(traceparent)) continue;
    const context = spanContextOf(traceparent);
    if (context !== undefined && isSampled(context)) found.set(traceparent, context);
  }
  return [...found.values()];
};
