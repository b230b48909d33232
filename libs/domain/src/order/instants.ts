import { refuseContent, type Decision } from '@orderloom/decider';

/** As far as a deadline may be off that somebody has named: a leap year. */
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Refuses an instant that is over, or so far off that it must be a mistake; `undefined`: it is neither. */
export const refuseUnlessAhead = (
  now: number,
  instant: number,
  pointer: string,
): Decision<never> | undefined =>
  instant > now && instant <= now + MOST_DAYS * DAY_MS
    ? undefined
    : refuseContent(
        'instant-out-of-range',
        `the instant must be behind ${new Date(now).toISOString()}, and within ${MOST_DAYS} days of it`,
        pointer,
      );
