import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { OpenSpan, SpanMaker } from '@orderloom/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- declaration merging needs an interface
  interface FastifyRequest {
    /** None where nobody records spans. */
    span?: OpenSpan | null;
  }
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a W3C traceparent; `undefined` where there is none or it is invalid. */
export const traceIdOf = (traceparent: unknown): string | undefined =>
  typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;

/** The trace that a request belongs to: the caller's, or a new one where it sent none that is valid. */
export const traceOf = (headers: IncomingHttpHeaders): string =>
  traceIdOf(headers['traceparent']) ?? randomBytes(16).toString('hex');

/** The same for a request that may have a span. */
export const traceIdIn = ({ span, headers }: Pick<FastifyRequest, 'span' | 'headers'>): string =>
  span?.traceId ?? traceOf(headers);

/** Where a request's commands are caused: its span, else the caller's, where it sent one that is valid. */
export const traceparentIn = ({ span, headers }: Pick<FastifyRequest, 'span' | 'headers'>): string | null => {
  if (span) return span.traceparent;
  const { traceparent } = headers;
  return traceIdOf(traceparent) === undefined ? null : String(traceparent);
};

/** Begins the span of a request, in the caller's trace. Its route and nothing else of its address is said. */
export const startRequestSpan = (spanOf: SpanMaker, request: FastifyRequest): OpenSpan => {
  const { method, headers, routeOptions } = request;
  const route = routeOptions.url ?? 'none';
  const { traceparent } = headers;
  return spanOf(`${method} ${route}`, {
    traceparent: typeof traceparent === 'string' ? traceparent : null,
    attributes: { 'http.request.method': method, 'http.route': route },
  });
};

/** Only what is the server's own fault counts as a failure of its. */
export const endRequestSpan = (span: OpenSpan, { statusCode }: FastifyReply): void => {
  const attributes = { 'http.response.status_code': statusCode };
  span.end(statusCode < 500 ? { attributes } : { attributes, error: { name: String(statusCode) } });
};
