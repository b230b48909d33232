import type { Explanation } from '@orderloom/decider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf } from './etag.ts';
import { traceIdIn } from './trace.ts';

/** What went wrong with one request (RFC 9457). `detail` never repeats what the body said. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly explanation?: Explanation | null;
  /** Where the caller expected another: what is there now. */
  readonly currentVersion?: number;
  readonly currentSections?: Readonly<Record<string, number>>;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
};

/** Ends a request with a problem: thrown by what reads a request, answered by the one exception filter. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Problems that the edge itself makes: code -> status, title, and what the caller can do. */
export const EDGE_PROBLEMS = {
  'malformed-request': [
    400,
    'The request is not HTTP that can be read',
    'Check the request line and the headers.',
  ],
  'malformed-json': [
    400,
    'The body is not usable JSON',
    'Send one JSON object in UTF-8, without __proto__ or constructor.prototype.',
  ],
  'invalid-header': [400, 'A request header cannot be used', 'The detail names the header and its form.'],
  'idempotency-key-required': [
    400,
    'A write needs an Idempotency-Key',
    'Send Idempotency-Key: "<a new random text>", and the same one again in every retry.',
  ],
  'invalid-query': [400, 'A query parameter cannot be used', 'The detail names the parameter and its form.'],
  'invalid-cursor': [
    400,
    'The cursor is not from this list',
    'Use a cursor only with the tenant and the filter it was given for, or start without one.',
  ],
  'invalid-position': [
    400,
    'The position is not from here',
    'Use a position only with the tenant and the engine that gave it, or start without one.',
  ],
  'invalid-key': [
    400,
    'The key in the path cannot be a key',
    'A key has 1 to 256 characters and no control characters.',
  ],
  'unknown-section': [
    400,
    'There is no such section',
    'Name one of the sections that the thing shows when it is read.',
  ],
  'wrong-signature': [
    401,
    'The message is not signed as it must be',
    'Sign id, timestamp and body with the secret of this provider; the timestamp is the time of sending.',
  ],
  'foreign-origin': [
    403,
    'Requests from other web sites are refused',
    'Call from the same origin or from outside a browser.',
  ],
  'unknown-route': [404, 'There is nothing at this address', 'See /openapi.json for what there is.'],
  'unknown-stream': [404, 'There is no such thing in this tenant', 'Check the key and the Tenant header.'],
  'unknown-tenant': [
    404,
    'There is no such tenant',
    'Make it with CreateTenant, or send another Tenant header.',
  ],
  'unknown-provider': [
    404,
    'Nobody of that name calls back here',
    'Check the name; ORDERLOOM_PROVIDERS_FILE must give it a callbackSecret.',
  ],
  'unknown-generation': [
    404,
    'There is no such generation of the views',
    'GET /v1/projections lists those that are fed.',
  ],
  'unknown-lifecycle': [
    404,
    'The tenant has no such lifecycle',
    'Check the name; a tenant publishes its lifecycles when it is made.',
  ],
  'as-of-before': [
    404,
    'It did not exist at that instant',
    'Ask for a later one; its history says when it began.',
  ],
  'as-of-beyond': [404, 'It has no such version', 'The problem names its last version.'],
  'request-timeout': [408, 'The request took too long to arrive', 'Send the whole request at once.'],
  'version-conflict': [
    412,
    'It has changed since it was read',
    'Read it again, decide again, and send the new version.',
  ],
  'body-too-large': [413, 'The body is over 1 MiB', 'Send less.'],
  'precondition-required': [
    428,
    'The command must say what it was decided upon',
    'Read it, and send If-Match with the section named in the detail at its version, or with the ETag of the whole.',
  ],
  'headers-too-large': [431, 'The headers are too large', 'Send fewer or shorter headers.'],
  'unsupported-media-type': [
    415,
    'Writes are application/json',
    'Send Content-Type: application/json, in UTF-8.',
  ],
  'clock-ahead': [
    409,
    'The simulated clock is ahead of real time',
    'Release it once real time has caught up, or go on in simulated time.',
  ],
  'views-busy': [
    409,
    'Other work on the views is under way',
    'GET /v1/projections tells how far it is; ask again when it has ended.',
  ],
  'nothing-beside': [
    409,
    'There is no second generation of the views',
    'Make one with POST /v1/projections.',
  ],
  'not-kept': [
    409,
    'That generation of the views was never live',
    'Compare and swap it; only what was live before can be rolled back to.',
  ],
  'lease-lost': [
    409,
    'Another one reads for this group',
    'Stop handling what was handed out, and ask for the events of the group again.',
  ],
  'unknown-position': [
    409,
    'The log has never been there',
    'It was set back, from a backup perhaps: look at what you have, then start without a position.',
  ],
  'wrong-host': [
    421,
    'This server answers to loopback names only',
    'Use the address that the server printed when it started.',
  ],
  'invalid-command': [422, 'The command breaks its schema', 'Each entry of errors points at a place.'],
  'callback-refused': [
    422,
    'The order does not take what was called back',
    'Saying it again does not help: somebody has to look at the order.',
  ],
  'malformed-callback': [
    422,
    'The callback says nothing that is understood',
    'See docs/reference/payment-providers.md for what a callback says.',
  ],
  malformed: [422, 'The command breaks its schema', 'It is kept as a dead letter for the operator.'],
  'actor-required': [422, 'Somebody has to answer for this', 'Say who asks: the member actor of the body.'],
  'unknown-command': [
    422,
    'There is no such command here',
    'See /openapi.json for the commands of each type.',
  ],
  'idempotency-key-reused': [
    422,
    'The Idempotency-Key belongs to another command',
    'A retry repeats the same content; anything else needs a new key.',
  ],
  'occurred-at-ahead': [
    422,
    'occurredAt lies in the future',
    'Send a time at most five minutes ahead of this server, or leave it out.',
  ],
  'as-of-ahead': [
    422,
    'The instant lies in the future',
    "Ask for one up to now, by the tenant's own clock; the detail says what time it is there.",
  ],
  'as-of-too-long': [
    422,
    'Too much lies before that moment',
    'Read its history from where you need it, or the present.',
  ],
  'internal-error': [
    500,
    'Something broke here',
    'Nothing was changed by this request. Tell the operator the traceId.',
  ],
  'not-available': [501, 'This version cannot do that yet', 'See docs/reference/http.md for what it can do.'],
  'log-unavailable': [
    503,
    'The event log cannot be written just now',
    'Nothing was changed, but a clock that was being moved may have come a part of the way. Retry with the same Idempotency-Key.',
  ],
  'stream-quarantined': [
    503,
    'Its history cannot be folded',
    'Nothing was changed. An operator has to look at this one; all others go on.',
  ],
  'position-not-reached': [503, 'The views do not show that position yet', 'Ask again.'],
  'too-many-readers': [503, 'Too many listen already', 'Come back later.'],
  'shutting-down': [503, 'The server is stopping', 'Retry with the same Idempotency-Key.'],
} as const satisfies Readonly<Record<string, readonly [number, string, string]>>;

export type EdgeCode = keyof typeof EDGE_PROBLEMS;

const isEdgeCode = (code: string): code is EdgeCode => Object.hasOwn(EDGE_PROBLEMS, code);

/** Status, title and remedy of one of the edge's own codes. */
export const edgeProblem = (code: string): readonly [number, string, string] | undefined =>
  isEdgeCode(code) ? EDGE_PROBLEMS[code] : undefined;

/** A problem of the edge, ready to be thrown or answered. */
export const problemOf = (code: EdgeCode, detail: string, more: Partial<Problem> = {}): Problem => {
  const [status, title] = EDGE_PROBLEMS[code];
  return { status, code, title, detail, ...more };
};

/** Throws a problem of the edge. */
export const refuse = (code: EdgeCode, detail: string, more: Partial<Problem> = {}): never => {
  throw new ProblemError(problemOf(code, detail, more));
};

/** An address without its query. */
export const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

/** The JSON body of a problem. */
export const problemBody = (problem: Problem, url: string, traceId: string): object => ({
  type: `/problems/${problem.code}`,
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  instance: pathOf(url),
  code: problem.code,
  ...(problem.currentVersion !== undefined && { currentVersion: problem.currentVersion }),
  ...(problem.currentSections && { currentSections: problem.currentSections }),
  ...(problem.explanation && {
    currentStatus: problem.explanation.status,
    allowedCommands: problem.explanation.allowedCommands,
    mayRefuse: problem.explanation.mayRefuse,
  }),
  ...(problem.errors && { errors: problem.errors }),
  traceId,
});

/** Answers a request with a problem, and gives its trace id. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, problem: Problem): string => {
  const traceId = traceIdIn(request);
  if (problem.retryAfter !== undefined) void reply.header('retry-after', String(problem.retryAfter));
  if (problem.currentVersion !== undefined) void reply.header('etag', etagOf(problem.currentVersion));
  void reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemBody(problem, request.raw.url ?? '', traceId)));
  return traceId;
};
