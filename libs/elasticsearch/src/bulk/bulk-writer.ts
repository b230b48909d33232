import { EngineError, type Clock } from '@orderloom/engine';
import { failureOfError, viewsUnavailable } from '../failures.ts';
import type { Operation } from '../operations.ts';
import { outcomeOf, type BulkAnswer, type BulkOutcome } from './bulk-outcome.ts';
import { bulkSize } from './bulk-size.ts';

export type BulkWriterOptions = {
  /** One bulk request of NDJSON lines. */
  readonly send: (lines: string[]) => Promise<BulkAnswer>;
  readonly clock: Clock;
  /** What is thrown where the index behind an alias is gone. */
  readonly lost: (alias: string) => EngineError;
  /** Without progress for so long, ms, a write gives up. */
  readonly patienceMs: number;
};

export type BulkWriter = {
  /**
   * Resolves when every operation was taken, or overtaken by a newer one. What is refused for the moment is sent again,
   * with ever longer pauses and smaller requests. Throws `views-unavailable` (retryable) where that leads nowhere,
   * `views-corrupt` where an index is gone, `document-refused` for what can never be written; the rest was written then.
   */
  readonly write: (operations: readonly Operation[]) => Promise<void>;
  /** Pauses end, and nothing is tried again. */
  readonly stop: () => void;
};

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5000;
/** How many documents an error names. */
const NAMED = 3;

/** What one request came to; `why`: it was not taken at all. */
type Sent = BulkOutcome & { readonly why?: string };

export const bulkWriter = (options: BulkWriterOptions): BulkWriter => {
  const { clock, patienceMs } = options;
  const size = bulkSize();
  const stopping = stopSignal();

  const send = async (operations: readonly Operation[]): Promise<Sent> => {
    try {
      return outcomeOf(operations, await options.send(linesOf(operations)));
    } catch (error) {
      return notTaken(operations, error);
    }
  };

  const write = async (operations: readonly Operation[]): Promise<void> => {
    let waiting = operations;
    const refused: BulkOutcome['refused'][number][] = [];
    let failures = 0;
    let progressAt = clock.now();
    while (waiting.length > 0) {
      const sent = waiting.slice(0, size.fits(waiting));
      const outcome = await send(sent);
      if (outcome.lost[0] !== undefined) throw options.lost(outcome.lost[0]);
      refused.push(...outcome.refused);
      waiting = [...outcome.again, ...waiting.slice(sent.length)];
      if (outcome.busy) size.shrink();
      if (outcome.again.length === 0) size.grow();
      if (outcome.again.length < sent.length) {
        failures = 0;
        progressAt = clock.now();
      }
      if (outcome.again.length === 0) continue;
      if (stopping.isStopped() || clock.now() - progressAt >= patienceMs)
        throw viewsUnavailable(outcome.why ?? 'documents are not taken');
      await stopping.pause(clock, pauseAfter(failures++));
    }
    if (refused.length > 0) throw documentsRefused(refused);
  };
  return { write, stop: stopping.stop };
};

/** NDJSON, the sources as they are. */
const linesOf = (operations: readonly Operation[]): string[] =>
  operations.flatMap(({ to, id, version, routing, source }) => {
    const action = {
      _index: to,
      _id: id,
      ...(typeof version === 'number' ? { version, version_type: 'external_gte' } : {}),
      ...(routing === undefined ? {} : { routing }),
    };
    return [JSON.stringify(version === 'first' ? { create: action } : { index: action }), source];
  });

/** A request that failed as a whole. One operation that is too large alone can never be written. */
const notTaken = (operations: readonly Operation[], error: unknown): Sent => {
  const failure = failureOfError(error);
  if (failure === undefined) throw error;
  const [only] = operations;
  const why = `a request was not taken (${failure})`;
  if (failure === 'lost')
    return { again: [], busy: false, refused: [], lost: operations.map(({ to }) => to) };
  if (failure === 'too-large' && operations.length === 1 && only !== undefined)
    return { again: [], busy: true, refused: [{ operation: only, why: failure }], lost: [] };
  return { again: operations, busy: failure !== 'away', refused: [], lost: [], why };
};

const pauseAfter = (failures: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);

const documentsRefused = (refused: BulkOutcome['refused']): EngineError => {
  const names = refused.slice(0, NAMED).map(({ operation, why }) => `${operation.id} (${why})`);
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : '';
  return new EngineError('document-refused', `Elasticsearch will never take ${names.join(', ')}${more}`, {
    retryable: false,
  });
};

const stopSignal = () => {
  let stopped = false;
  const ends = new Set<() => void>();
  return {
    isStopped: () => stopped,
    stop: (): void => {
      stopped = true;
      for (const end of ends) end();
    },
    pause: (clock: Clock, ms: number): Promise<void> =>
      new Promise((resolve) => {
        const end = (): void => {
          cancel();
          ends.delete(end);
          resolve();
        };
        const cancel = clock.after(ms, end);
        ends.add(end);
      }),
  };
};
