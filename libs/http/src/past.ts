import type { StreamRef } from '@orderloom/decider';
import { knownPast, type Moment, type StoredDocument } from '@orderloom/engine';
import type { Edge } from './edge.ts';
import { instantOf } from './instant.ts';
import { refuse } from './problem.ts';
import { notInViews, wholeNumber } from './read-query.ts';

/** How long views that are behind are waited for, ms. */
const PATIENCE_MS = 2000;
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

/** The document of a stream at a moment of its past. Throws the problem where there was nothing, or nobody can know yet. */
export const documentAt = async (edge: Edge, stream: StreamRef, moment: Moment): Promise<StoredDocument> => {
  const projection = edge.projectionOf?.(stream.type);
  if (projection === undefined)
    return refuse('not-available', `The past of a stream of type ${stream.type} cannot be read here`);
  const { engine, clock } = edge;
  const time = edge.timeOf(stream.tenant);
  const past = await knownPast({ engine, projection, clock, time, patienceMs: PATIENCE_MS }, stream, moment);
  switch (past.outcome) {
    case 'found':
      return past.document;
    case 'refused': {
      const { code, reason, currentVersion } = past;
      return refuse(code, reason, currentVersion === undefined ? {} : { currentVersion });
    }
    case 'behind':
      return refuse('position-not-reached', 'The views do not show that instant yet', {
        retryAfter: RETRY_AFTER_S,
      });
    case 'not-shown':
      return notInViews(edge, stream);
  }
};
