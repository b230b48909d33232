/** Something broke, as opposed to a refusal. `retryable`: the same call may succeed later. */
export class EngineError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  constructor(code: string, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** Nothing was written; a later try may succeed (disk full, broker away). */
export const logUnavailable = (message: string, cause?: unknown): EngineError =>
  new EngineError('log-unavailable', message, { retryable: true, cause });

/** More than the log takes at once: half of it may fit. Nothing was written. */
export const groupTooLarge = (message: string, cause?: unknown): EngineError =>
  new EngineError('group-too-large', message, { retryable: true, cause });

/** Another owner has the log: this one may write nothing more. */
export const logFenced = (message: string, cause?: unknown): EngineError =>
  new EngineError('log-fenced', message, { retryable: false, cause });

/** The log's bytes are not what was written; the message names the file and the group. */
export const logCorrupt = (message: string, cause?: unknown): EngineError =>
  new EngineError('log-corrupt', message, { retryable: false, cause });

/** The bytes are no event of a known schema. */
export const unreadableFrame = (message: string, cause?: unknown): EngineError =>
  new EngineError('unreadable-frame', message, { retryable: false, cause });

/** The archive cannot be written or read just now (disk full, folder away); what it held it still holds. */
export const archiveUnavailable = (message: string, cause?: unknown): EngineError =>
  new EngineError('archive-unavailable', message, { retryable: true, cause });

/** The archive's bytes are not what was written; the message names the file and the place. */
export const archiveCorrupt = (message: string, cause?: unknown): EngineError =>
  new EngineError('archive-corrupt', message, { retryable: false, cause });

/** A query went past its time limit. */
export const queryTimeout = (message: string): EngineError =>
  new EngineError('query-timeout', message, { retryable: true });

/** This build cannot do that yet; never a made-up result. */
export const notAvailable = (what: string): EngineError =>
  new EngineError('not-available', `${what} is not available in this version`, { retryable: false });

/** Whether it was said by a process that cannot know: another one may. */
export const isElsewhere = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'not-available';

/** The registry does not have a schema that this build writes: it must be published before anything starts. */
export const schemaNotPublished = (what: string): EngineError =>
  new EngineError('schema-not-published', `${what} is published; publish the schemas of this build first`, {
    retryable: false,
  });
