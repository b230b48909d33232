import { setTimeout as pause } from 'node:timers/promises';
import type { StreamRef } from '@orderloom/decider';
import { documentAsOf, EngineError, type Moment, type Past, type StoredDocument } from '@orderloom/engine';
import type { Edge } from './edge.ts';
import { instantOf, instantText } from './instant.ts';
import { refuse } from './problem.ts';
import { notInViews, wholeNumber } from './read-query.ts';

/** How long views that are behind are waited for, and how often they are looked at, ms. */
const PATIENCE_MS = 2000;
const LOOK_EVERY_MS = 10;
const RETRY_AFTER_S = 1;

/** Parameters that ask for the past of a stream. */
export const PAST = ['asOf', 'asOfVersion'] as const;

/** The moment that a query names; `undefined`: the present. Throws `invalid-query`. */
export const momentOf = ({ asOf, asOfVersion }: Readonly<Record<string, string>>): Moment | undefined => {
  if (asOf !== undefined && asOfVersion !== undefined)
    return refuse('invalid-query', 'asOf and asOfVersion are said one at a time');
  if (asOfVersion !== undefined) {
    const bounds = { min: 1, max: Number.MAX_SAFE_INTEGER, otherwise: 1 };
    return { version: wholeNumber('asOfVersion', asOfVersion, bounds) };
  }
  if (asOf === undefined) return undefined;
  const instant = instantOf(asOf);
  if (instant !== undefined) return { instant };
  return refuse(
    'invalid-query',
    'asOf must be an instant with its zone, as 2026-01-31T12:00:00.000Z (+ is %2B)',
  );
};

/**
 * The document of a stream at a moment of its past. An instant is answered once and for all: where the views may still
 * lack an event of it, they are waited for. Throws the problem where there was nothing, or nobody can know yet.
 */
export const documentAt = async (edge: Edge, stream: StreamRef, moment: Moment): Promise<StoredDocument> => {
  const projection = edge.projectionOf?.(stream.type);
  if (projection === undefined)
    return refuse('not-available', `The past of a stream of type ${stream.type} cannot be read here`);
  const time = edge.timeOf(stream.tenant);
  if ('instant' in moment) await untilShown(edge, moment.instant, time);
  const past = await documentAsOf({ engine: edge.engine, projection }, stream, moment);
  if (past.outcome !== 'found') return refusePast(edge, stream, past, moment);
  // Behind its last event nothing has happened until now: later than now is not known.
  if ('instant' in moment && past.isLast && moment.instant > Math.max(past.recordedAt, time.now))
    return refuse('as-of-ahead', `In this tenant it is ${instantText(time.now)}`);
  return past.document;
};

type Time = ReturnType<Edge['timeOf']>;

/** Waits until the views show what was recorded at an instant; throws `position-not-reached`. */
const untilShown = async (edge: Edge, instant: number, { isLive }: Time): Promise<void> => {
  const asked = edge.clock();
  // A simulated clock says nothing of when an event came into the log.
  const needed = isLive ? Math.min(instant, asked) : asked;
  const isShown = (): boolean => edge.clock() - edge.engine.asOf().lagMs >= needed;
  for (const until = performance.now() + PATIENCE_MS; !isShown();) {
    if (performance.now() > until)
      refuse('position-not-reached', 'The views do not show that instant yet', { retryAfter: RETRY_AFTER_S });
    await pause(LOOK_EVERY_MS);
  }
};

const refusePast = (
  edge: Edge,
  stream: StreamRef,
  past: Exclude<Past, { outcome: 'found' }>,
  moment: Moment,
): never => {
  switch (past.outcome) {
    case 'before':
      return refuse('as-of-before', 'It began later');
    case 'too-long':
      return refuse('as-of-too-long', `More than ${past.most} events lie before that moment`);
    case 'unfoldable':
      return refuse('stream-quarantined', `Version ${past.version} of it cannot be folded`);
    case 'beyond':
      break;
  }
  const known = versionOf(edge, stream) ?? past.version;
  if (past.version === 0 || ('version' in moment && known >= moment.version)) return notInViews(edge, stream);
  return refuse('as-of-beyond', `Its last version is ${known}`, { currentVersion: known });
};

/** Its version as whoever decides knows it; `undefined` where another process does. */
const versionOf = (edge: Edge, stream: StreamRef): number | undefined => {
  try {
    return edge.engine.versionOf(stream);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-available') return undefined;
    throw error;
  }
};
