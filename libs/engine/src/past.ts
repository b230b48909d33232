import type { Projection, RecordedEvent, StreamRef } from '@orderloom/decider';
import type { Engine } from './engine-api.ts';
import { EngineError } from './errors.ts';
import type { StoredDocument } from './ports/stored-document.ts';

/** Up to where the past of a stream is looked at: a version, or an instant (ms since 1970 UTC). */
export type Moment = { readonly version: number } | { readonly instant: number };

/** What a view showed of a stream at a moment. */
export type Past =
  | {
      readonly outcome: 'found';
      readonly document: StoredDocument;
      /** Instant of the last event in it; whether the stream store had another one behind it. */
      readonly recordedAt: number;
      readonly isLast: boolean;
    }
  /** The stream began later. */
  | { readonly outcome: 'before' }
  /** The stream store has the stream up to this version only; 0: it has nothing of it. */
  | { readonly outcome: 'beyond'; readonly version: number }
  /** More events would have to be folded than is allowed. */
  | { readonly outcome: 'too-long'; readonly most: number }
  /** The fold threw at this version: the live view has parked it there too. */
  | { readonly outcome: 'unfoldable'; readonly version: number };

export type PastParts = {
  readonly engine: Pick<Engine, 'history' | 'globalOf'>;
  readonly projection: Projection;
  /** Events folded for one answer, at most. */
  readonly most?: number;
};

/** Events that are read at a time: commands and other readers have their turn in between. */
const PAGE = 500;
/** About a second of folding. No order comes near it; a stock that everybody buys may. */
const MOST = 200_000;

/**
 * A stream's document as it was at a moment: the view's own fold over the stream store's events up to there, all
 * events of the instant included. Throws `history-gap` where the store lacks one of them. O(events up to the moment).
 */
export const documentAsOf = async (
  { engine, projection, most = MOST }: PastParts,
  stream: StreamRef,
  moment: Moment,
): Promise<Past> => {
  let document: unknown;
  let [version, recordedAt] = [0, 0];
  const found = (isLast: boolean): Past => ({
    outcome: 'found',
    document: { id: `${stream.tenant}/${stream.key}`, version, document },
    recordedAt,
    isLast,
  });
  for (;;) {
    const events = await engine.history(stream, version, PAGE);
    const global = engine.globalOf(stream.tenant);
    for (const event of events) {
      if (!isWithin(event, moment)) return version === 0 ? { outcome: 'before' } : found(false);
      if (event.version !== version + 1) throw gap(stream, version + 1);
      if (version === most) return { outcome: 'too-long', most };
      try {
        document = projection.fold(document, event, global);
      } catch {
        return { outcome: 'unfoldable', version: event.version };
      }
      ({ version, recordedAt } = event);
    }
    if (events.length === PAGE) continue;
    const isThere = version > 0 && ('instant' in moment || version === moment.version);
    return isThere ? found(true) : { outcome: 'beyond', version };
  }
};

const isWithin = ({ version, recordedAt }: RecordedEvent, moment: Moment): boolean =>
  'version' in moment ? version <= moment.version : recordedAt <= moment.instant;

const gap = ({ type, key }: StreamRef, version: number): EngineError =>
  new EngineError('history-gap', `${type} ${key} has no event ${String(version)} in the stream store`, {
    retryable: false,
  });
