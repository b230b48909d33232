import { setTimeout as pause } from 'node:timers/promises';
import type { Projection, Registry, StreamRef } from '@orderloom/decider';
import type { Engine } from './engine-api.ts';
import { isElsewhere } from './errors.ts';
import { documentAsOf, type Moment, type Past } from './past.ts';
import type { StoredDocument } from './ports/stored-document.ts';

/** What a reader is told of a moment of a stream's past, once and for all. */
export type KnownPast =
  | { readonly outcome: 'found'; readonly document: StoredDocument }
  | {
      readonly outcome: 'refused';
      readonly code:
        'as-of-before' | 'as-of-beyond' | 'as-of-ahead' | 'as-of-too-long' | 'stream-quarantined';
      readonly reason: string;
      readonly currentVersion?: number;
    }
  /** The views may lack an event of that moment: it can be told later. */
  | { readonly outcome: 'behind' }
  /** They show nothing of the stream: there is none, or not yet. */
  | { readonly outcome: 'not-shown' };

/** What time it is in a tenant, ms, and whether that is the time of the wall. */
export type TenantTime = { readonly now: number; readonly isLive: boolean };

export type KnownPastParts = {
  readonly engine: Pick<Engine, 'history' | 'globalOf' | 'asOf' | 'versionOf'>;
  readonly projection: Projection;
  /** Wall clock, ms. */
  readonly clock: () => number;
  readonly time: TenantTime;
  /** How long views that are behind are waited for, ms. */
  readonly patienceMs: number;
};

const LOOK_EVERY_MS = 10;

/** What time it is in a tenant: that of the wall, or where its simulated clock stands. */
export const tenantTime = (
  { globalOf }: Pick<Engine, 'globalOf'>,
  { global }: Registry,
  tenant: string,
  wall: number,
): TenantTime => {
  const state = globalOf(tenant);
  const clock = state === undefined ? undefined : global.clockOf(state);
  return clock?.mode === 'simulated' ? { now: clock.now, isLive: false } : { now: wall, isLive: true };
};

/**
 * The document of a stream at a moment of its past. An instant is answered once and for all: where the views may still
 * lack an event of it, they are waited for. Throws `history-gap`.
 */
export const knownPast = async (
  parts: KnownPastParts,
  stream: StreamRef,
  moment: Moment,
): Promise<KnownPast> => {
  const { time } = parts;
  if ('instant' in moment && !(await isShown(parts, moment.instant))) return { outcome: 'behind' };
  const past = await documentAsOf(parts, stream, moment);
  if (past.outcome !== 'found') return refused(parts, stream, past, moment);
  // Behind its last event nothing has happened until now: later than now is not known.
  if ('instant' in moment && past.isLast && moment.instant > Math.max(past.recordedAt, time.now))
    return {
      outcome: 'refused',
      code: 'as-of-ahead',
      reason: `In this tenant it is ${new Date(time.now).toISOString()}`,
    };
  return { outcome: 'found', document: past.document };
};

/** Whether the views show what was recorded at an instant, or do so in time. */
const isShown = async (
  { engine, clock, time, patienceMs }: KnownPastParts,
  instant: number,
): Promise<boolean> => {
  const asked = clock();
  // A simulated clock says nothing of when an event came into the log.
  const needed = time.isLive ? Math.min(instant, asked) : asked;
  for (const until = performance.now() + patienceMs; clock() - engine.asOf().lagMs < needed;) {
    if (performance.now() >= until) return false;
    await pause(LOOK_EVERY_MS);
  }
  return true;
};

const refused = (
  { engine }: KnownPastParts,
  stream: StreamRef,
  past: Exclude<Past, { outcome: 'found' }>,
  moment: Moment,
): KnownPast => {
  switch (past.outcome) {
    case 'before':
      return { outcome: 'refused', code: 'as-of-before', reason: 'It began later' };
    case 'too-long': {
      const reason = `More than ${String(past.most)} events lie before that moment`;
      return { outcome: 'refused', code: 'as-of-too-long', reason };
    }
    case 'unfoldable': {
      const reason = `Version ${String(past.version)} of it cannot be folded`;
      return { outcome: 'refused', code: 'stream-quarantined', reason };
    }
    case 'beyond':
      break;
  }
  const known = versionOf(engine, stream) ?? past.version;
  if (past.version === 0 || ('version' in moment && known >= moment.version)) return { outcome: 'not-shown' };
  const reason = `Its last version is ${String(known)}`;
  return { outcome: 'refused', code: 'as-of-beyond', reason, currentVersion: known };
};

/** Its version as whoever decides knows it; `undefined` where another process does. */
const versionOf = (engine: Pick<Engine, 'versionOf'>, stream: StreamRef): number | undefined => {
  try {
    return engine.versionOf(stream);
  } catch (error) {
    if (isElsewhere(error)) return undefined;
    throw error;
  }
};
