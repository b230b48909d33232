import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Violation } from '@orderloom/engine';
import { ProblemError, problemOf } from './problem.ts';

/** Largest body, bytes. */
export const BODY_LIMIT = 1024 * 1024;
const DEPTH_LIMIT = 32;

/** The one place that takes bodies as they come. */
const CALLBACKS = '/v1/callbacks/:provider';

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
const FORBIDDEN_TEXT = /\0|\p{Surrogate}/u;
/** Names that a schema could have, or places in a list; any other may be somebody's data and is not shown. */
const SHOWN_NAME = /^(?:[a-z][A-Za-z0-9]{0,39}|\d{1,6})$/;
const BYTE_ORDER_MARK = 0xfeff;
const UNSOUND_TEXT: Violation = { pointer: '', message: 'must be Unicode text without NUL characters' };
const TOO_DEEP: Violation = { pointer: '', message: `must not be nested deeper than ${DEPTH_LIMIT} levels` };

const usesUtf8 = (contentType: string): boolean => {
  const charset = CHARSET.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
};

const textOf = (request: FastifyRequest, body: Buffer): string => {
  if (!usesUtf8(request.headers['content-type'] ?? ''))
    throw new ProblemError(problemOf('unsupported-media-type', 'charset must be utf-8'));
  if (!isUtf8(body)) throw new ProblemError(problemOf('malformed-json', 'The body is not UTF-8'));
  const text = body.toString();
  if (text.charCodeAt(0) === BYTE_ORDER_MARK)
    throw new ProblemError(problemOf('malformed-json', 'The body starts with a byte order mark'));
  return text;
};

/** How JSON can say a NUL or a lone surrogate: it refuses a bare NUL, and there are no surrogates in UTF-8. */
const ESCAPE = '\\u';

/** Makes application/json in UTF-8 the only body that the server reads; prototype poisoning is refused. */
export const acceptJsonOnly = (server: FastifyInstance): void => {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.decorateRequest('escapes', true);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      // Whoever signs a message signs its bytes.
      if (request.routeOptions.url === CALLBACKS) {
        done(null, body);
        return;
      }
      const text = textOf(request, body);
      request.escapes = text.includes(ESCAPE);
      void parse(request, text, done);
    },
  );
};

/**
 * The first place that no schema could accept: deeper than 32 levels, or text that is not Unicode or holds NUL.
 * `escapes`: whether there can be such text. Messages never quote a value. O(size of the body).
 */
export const unsoundPlace = (value: unknown, escapes = true, depth = 0): Violation | undefined => {
  if (typeof value === 'string') return escapes && FORBIDDEN_TEXT.test(value) ? UNSOUND_TEXT : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= DEPTH_LIMIT) return TOO_DEEP;
  for (const name of Object.keys(value)) {
    if (escapes && FORBIDDEN_TEXT.test(name)) return UNSOUND_TEXT;
    const found = unsoundPlace((value as Record<string, unknown>)[name], escapes, depth + 1);
    if (found) return { ...found, pointer: `/${SHOWN_NAME.test(name) ? name : '*'}${found.pointer}` };
  }
  return undefined;
};
