import { EngineError, groupTooLarge, logFenced, logUnavailable } from '@orderloom/engine';

/** Answers after which this producer may write nothing more: another one has its transactional id. */
const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
]);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD_SIZE']);

const typeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  // Retries that are used up wrap what they met.
  return 'cause' in error ? typeOf(error.cause) : undefined;
};

export const isFenced = (error: unknown): boolean => FENCED.has(typeOf(error) ?? '');
const isTooLarge = (error: unknown): boolean => TOO_LARGE.has(typeOf(error) ?? '');
export const isConcurrent = (error: unknown): boolean => typeOf(error) === 'CONCURRENT_TRANSACTIONS';

/** What a broker's answer means to the engine. */
export const logErrorOf = (error: unknown, doing: string): EngineError => {
  if (error instanceof EngineError) return error;
  const type = typeOf(error) ?? (error instanceof Error ? error.name : 'error');
  if (isFenced(error)) return logFenced(`another owner has taken over while ${doing} (${type})`, error);
  if (isTooLarge(error)) return groupTooLarge(`the broker refuses the size while ${doing} (${type})`, error);
  return logUnavailable(`${doing} failed (${type})`, error);
};
