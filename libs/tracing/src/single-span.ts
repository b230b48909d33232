import { context, ROOT_CONTEXT, SpanKind, trace, type Attributes, type Context } from '@opentelemetry/api';
import { failSpan } from './batch-span.ts';
import { spanContextOf, traceparentOf } from './traceparent.ts';
import { registeredTracer } from './tracer.ts';

/** Behind this one the trace goes on; a new one begins where it is none. */
const contextOf = (traceparent: string | null): Context => {
  const parent = spanContextOf(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
};

export type OpenSpan = {
  /** For what follows in other processes. */
  readonly traceparent: string;
  readonly traceId: string;
  /** Does something of which everything that asks for the running span is told this one. */
  readonly within: <T>(work: () => T) => T;
  /** `error`: what it has failed with. */
  readonly end: (ended?: { readonly attributes?: Attributes; readonly error?: unknown }) => void;
};

export type SpanMaker = (
  name: string,
  from: { readonly traceparent: string | null; readonly attributes: Attributes },
) => OpenSpan;

const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const;

/** Makes spans of one kind, each in the trace that the traceparent names; `undefined` without an SDK. */
export const spanMaker = (kind: keyof typeof KINDS): SpanMaker | undefined => {
  const tracer = registeredTracer();
  if (tracer === undefined) return undefined;
  return (name, { traceparent, attributes }) => {
    const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(traceparent));
    const said = span.spanContext();
    return {
      traceparent: traceparentOf(said),
      traceId: said.traceId,
      within: (work) => context.with(trace.setSpan(ROOT_CONTEXT, span), work),
      end: ({ attributes: more, error } = {}) => {
        if (more !== undefined) span.setAttributes(more);
        if (error !== undefined) failSpan(span, error);
        span.end();
      },
    };
  };
};
