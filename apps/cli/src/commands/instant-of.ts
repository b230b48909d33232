import { usageError } from '../cli-error.ts';

/** ms since 1970 UTC of an instant as somebody has typed it. */
export const instantOf = (text: string): number => {
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isFinite(at))
    throw usageError(`${text} is no instant`, 'write it with its zone: 2026-01-31T12:00:00Z');
  return at;
};
