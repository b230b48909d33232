const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/**
 * Reads an RFC 3339 instant with zone, to the millisecond, from 1970 on; `undefined` for everything else
 * (24:00, second 60, 30 February and a missing zone among it).
 */
export const instantOf = (text: string): number | undefined => {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // Date.parse takes 30 February for 2 March.
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day || month < 1 || month > 12)
    return undefined;
  const ms = Date.parse(text);
  return ms >= 0 ? ms : undefined;
};

/** An instant as callers see it: UTC, three decimals. */
export const instantText = (ms: number): string => new Date(ms).toISOString();
