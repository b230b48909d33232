import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import type { Context, Span, SpanContext, TimeInput, Tracer } from '@opentelemetry/api';
import { sampledContexts } from './traceparent.ts';

/** Links of one span at most; OpenTelemetry's own limit. */
const MOST_LINKS = 128;

export type Batch = {
  readonly name: string;
  /** Of what the batch holds; `null`: it came without. */
  readonly traceparents: Iterable<string | null>;
  readonly attributes: Attributes;
  readonly startTime?: TimeInput;
};

/** What is all of one trace is seen in it; what comes of several belongs to none of them more than to the others. */
const parentOf = (contexts: readonly SpanContext[]): Context => {
  const [first, ...others] = contexts;
  return first !== undefined && others.every(({ traceId }) => traceId === first.traceId)
    ? trace.setSpanContext(ROOT_CONTEXT, first)
    : ROOT_CONTEXT;
};

/**
 * A span for many messages at once, linked to the span of each. Where all are of one trace it continues that trace, else
 * it begins one of its own. `undefined`: none of them is in a trace that somebody records.
 */
export const startBatchSpan = (
  tracer: Tracer,
  { name, traceparents, attributes, startTime }: Batch,
): Span | undefined => {
  const contexts = sampledContexts(traceparents, MOST_LINKS);
  if (contexts.length === 0) return undefined;
  const links = contexts.map((context) => ({ context }));
  const options = {
    kind: SpanKind.CONSUMER,
    attributes,
    links,
    ...(startTime !== undefined && { startTime }),
  };
  return tracer.startSpan(name, options, parentOf(contexts));
};

/** Says what kind of failure it was, and not its message, which may quote what somebody has said. */
export const failSpan = (span: Span, error: unknown): void => {
  const named = typeof error === 'object' && error !== null ? error : {};
  const kind =
    'code' in named && typeof named.code === 'string' ? named.code : 'name' in named ? named.name : '';
  span.setAttribute('error.type', String(kind) || 'unknown');
  span.setStatus({ code: SpanStatusCode.ERROR });
};
