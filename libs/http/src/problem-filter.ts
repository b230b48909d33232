import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { EngineError } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { type EdgeCode, type Problem, ProblemError, problemOf, sendProblem } from './problem.ts';

const FASTIFY: Readonly<Record<string, readonly [EdgeCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The body is over 1 MiB'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Content-Type must be application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'The body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'malformed-json',
    'The body is not JSON, or has a member __proto__ or constructor.prototype',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-request', 'The body does not have the announced length'],
  FST_ERR_BAD_URL: ['invalid-key', 'The address has a percent sign that escapes nothing'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid-key', 'A part of the address is too long'],
};
const RETRY_AFTER_S = 1;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const engineProblem = (error: EngineError): Problem => {
  if (error.code === 'not-available') return problemOf('not-available', error.message);
  if (error.retryable)
    return problemOf('log-unavailable', 'The data cannot be reached just now', { retryAfter: RETRY_AFTER_S });
  return problemOf('internal-error', 'The engine reported a failure');
};

/** What a caller is told about anything that was thrown. Messages of unexpected errors stay inside. */
export const problemFrom = (error: unknown): Problem => {
  if (error instanceof ProblemError) return error.problem;
  const cause = error instanceof HttpException ? error.cause : error;
  if (cause instanceof ProblemError) return cause.problem;
  const fastify = FASTIFY[codeOf(cause)];
  if (fastify) return problemOf(...fastify);
  if (error instanceof HttpException && error.getStatus() === 404)
    return problemOf('unknown-route', 'There is nothing at this address; see /openapi.json');
  if (error instanceof HttpException && error.getStatus() < 500)
    return problemOf('malformed-request', 'The request cannot be read');
  if (error instanceof EngineError) return engineProblem(error);
  // A body that ends in the middle arrives as a plain error of the socket, marked 400 by Fastify.
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400)
    return problemOf('malformed-request', 'The request ended in the middle');
  return problemOf('internal-error', 'The request could not be answered');
};

/** Where an error came from, without its message, which may quote a value. */
const framesOf = (error: unknown): readonly string[] =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 12)
    : [];

/** The same, where the server may be stopping: what breaks then is no defect. */
export const problemNow = ({ health }: Edge, error: unknown): Problem => {
  const found = problemFrom(error);
  return found.status === 500 && health.stopping
    ? problemOf('shutting-down', 'The server is stopping', { retryAfter: RETRY_AFTER_S })
    : found;
};

/** Tells the operator what broke behind a problem that is the server's own fault. */
export const logBreakage = ({ log }: Edge, error: unknown, traceId: string): void => {
  const fields = {
    traceId,
    error: error instanceof Error ? error.name : typeof error,
    code: codeOf(error),
  };
  log.error({ ...fields, frames: framesOf(error) }, 'a request could not be answered');
};

/** The one place where something thrown becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const problem = problemNow(this.edge, error);
    const traceId = sendProblem(http.getRequest<FastifyRequest>(), reply, problem);
    if (problem.status === 500) logBreakage(this.edge, error, traceId);
  }
}
