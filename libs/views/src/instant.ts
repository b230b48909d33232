/** An instant as readers get it: ISO 8601, UTC, milliseconds. */
export const instant = (ms: number): string => new Date(ms).toISOString();
