import { errors } from '@elastic/elasticsearch';
import { EngineError, queryTimeout } from '@orderloom/engine';

/**
 * What a failed request or item means. `away`: nobody answered, or not now; `busy`: it has too much to do;
 * `too-large`: more bytes than it takes; `lost`: the index is not there; `stale`: something newer is;
 * `refused`: it will never be taken.
 */
export type Failure = 'away' | 'busy' | 'too-large' | 'lost' | 'stale' | 'refused';

const STATUSES: Readonly<Record<number, Failure>> = { 409: 'stale', 413: 'too-large', 429: 'busy' };

/** Blocks and permissions are an operator's to lift; the same write succeeds then. */
const isForNow = (status: number): boolean => status >= 500 || [401, 403, 408].includes(status);

export const failureOfStatus = (status: number, type: string): Failure => {
  if (type === 'index_not_found_exception') return 'lost';
  return STATUSES[status] ?? (isForNow(status) ? 'away' : 'refused');
};

const typeOf = (error: errors.ResponseError): string => {
  const body = error.body as { error?: { type?: string } } | string | undefined;
  return (typeof body === 'object' ? body.error?.type : undefined) ?? '';
};

/** `undefined`: the error does not come from Elasticsearch or the way to it. */
export const failureOfError = (error: unknown): Failure | undefined => {
  if (error instanceof errors.ResponseError) return failureOfStatus(error.statusCode ?? 500, typeOf(error));
  // Nobody there, a broken answer, a time limit: whether the request took effect is not known.
  return error instanceof errors.ElasticsearchClientError ? 'away' : undefined;
};

const describe = (error: unknown): string => {
  if (error instanceof errors.ResponseError) return `${error.statusCode ?? 0} ${typeOf(error)}`.trim();
  return error instanceof Error ? error.name : 'no answer';
};

export const viewsUnavailable = (why: string, cause?: unknown): EngineError =>
  new EngineError('views-unavailable', `Elasticsearch: ${why}; try again`, { retryable: true, cause });

/** The documents that the checkpoint speaks of are gone: whoever gets this opens the views again, at the beginning. */
export const viewsLost = (alias: string): EngineError =>
  new EngineError('views-corrupt', `Elasticsearch has lost what ${alias} names: the views are begun again`, {
    retryable: false,
  });

/** What a reading or administrative call throws, as the port says it. The server's own words may hold values: they stay out. */
const engineError = (error: unknown, lost: () => EngineError): unknown => {
  if (error instanceof errors.TimeoutError) return queryTimeout('Elasticsearch did not answer in time');
  const failure = failureOfError(error);
  if (failure === undefined) return error;
  if (failure === 'lost') return lost();
  return viewsUnavailable(describe(error));
};

/** Does it, and throws what `engineError` makes of an error. */
export const naming = async <T>(lost: () => EngineError, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw engineError(error, lost);
  }
};
