import type { OrderEvent } from '@orderloom/domain';
import { handlePersistently, type EventHandler, type RetryRules } from './attempts.ts';
import { followEvents, type Consumer, type ConsumerProblem } from './follow-events.ts';
import type { Following } from './following.ts';
import { tracedHandler } from './traced-handler.ts';
import { Workers } from './workers.ts';

export type ConsumeOptions = Partial<RetryRules> & {
  /** Event types that the handler is called for; every event of an order where none is said. */
  readonly events?: readonly OrderEvent['type'][];
  /** Handlers that run at a time in this process. */
  readonly workers?: number;
  /** Told of what holds the consumer up, and of each event that is parked; a warning of the process unless said. */
  readonly onProblem?: (problem: ConsumerProblem) => void;
};

const DEFAULTS: RetryRules = {
  attempts: 5,
  firstPauseMs: 100,
  longestPauseMs: 5_000,
  handleWithinMs: 30_000,
};
const WORKERS = 8;

type ConsumerParts = Following & {
  readonly group: string;
  readonly tenant: string;
  readonly handler: EventHandler;
};

const warn = ({ message }: ConsumerProblem): void => {
  process.emitWarning(message, 'OrderloomWarning');
};

/** Begins to consume. */
export const startConsumer = (parts: ConsumerParts, options: ConsumeOptions): Consumer => {
  const { group, tenant } = parts;
  const handler = tracedHandler(group, parts.handler);
  const { events, onProblem = warn } = options;
  const retry: RetryRules = { ...DEFAULTS, ...options };
  const workers = new Workers(options.workers ?? WORKERS);
  const wanted = events === undefined ? undefined : new Set<string>(events);
  return followEvents(parts, {
    ...{ group, onProblem },
    wants: ({ stream, type }) =>
      stream.type === 'order' && stream.tenant === tenant && (wanted?.has(type) ?? true),
    handle: (event, stopping) => handlePersistently(event.consumed(), { handler, workers, retry }, stopping),
  });
};
