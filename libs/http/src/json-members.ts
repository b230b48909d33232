import type { FastifyRequest } from 'fastify';
import { unsoundPlace } from './json-body.ts';
import { refuse } from './problem.ts';

export type Members = Readonly<Record<string, unknown>>;

/** Throws a problem that points at a place in the body. */
export const violation = (pointer: string, message: string): never =>
  refuse('invalid-command', 'The command breaks its schema', { errors: [{ pointer, message }] });

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body, which must be one JSON object; whether its texts are sound is not looked at. */
export const bodyOf = (request: FastifyRequest): Members => {
  const { body } = request;
  if (body === undefined && request.headers['content-type'] === undefined)
    return refuse('unsupported-media-type', 'Content-Type must be application/json');
  return isObject(body) ? body : refuse('malformed-json', 'The body must be one JSON object');
};

/** The same members, none of which holds what no schema could accept. `escapes` as in `unsoundPlace`. */
export const soundMembers = (members: Members, escapes: boolean | undefined): Members => {
  const unsound = unsoundPlace(members, escapes);
  return unsound ? violation(unsound.pointer, unsound.message) : members;
};

/** The members of a body, which must be one JSON object. */
export const membersOf = (request: FastifyRequest): Members => soundMembers(bodyOf(request), request.escapes);
