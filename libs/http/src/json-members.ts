import type { FastifyRequest } from 'fastify';
import { unsoundPlace } from './json-body.ts';
import { refuse } from './problem.ts';

export type Members = Readonly<Record<string, unknown>>;

/** Throws a problem that points at a place in the body. */
export const violation = (pointer: string, message: string): never =>
  refuse('invalid-command', 'The command breaks its schema', { errors: [{ pointer, message }] });

/** The members of a body, which must be one JSON object. */
export const membersOf = (request: FastifyRequest): Members => {
  const { body } = request;
  if (body === undefined && request.headers['content-type'] === undefined)
    return refuse('unsupported-media-type', 'Content-Type must be application/json');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse('malformed-json', 'The body must be one JSON object');
  const unsound = unsoundPlace(body, request.escapes);
  if (unsound) return violation(unsound.pointer, unsound.message);
  return body as Members;
};
