import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a W3C traceparent; `undefined` where there is none or it is invalid. */
export const traceIdOf = (traceparent: unknown): string | undefined =>
  typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;

/** The trace that a request belongs to: the caller's, or a new one where it sent none that is valid. */
export const traceOf = (headers: IncomingHttpHeaders): string =>
  traceIdOf(headers['traceparent']) ?? randomBytes(16).toString('hex');
