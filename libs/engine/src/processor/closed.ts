import type { StreamEntry } from './stream-entry.ts';

/** Whether business is done in the stream, for the time being at least. Its state need not be in memory. */
export const hasClosed = (entry: StreamEntry): boolean => {
  if (entry.isSetAside) return entry.wasClosed;
  const { closes, decider } = entry.type.definition;
  return closes === 'never' ? false : (closes ?? decider.isTerminal)(entry.state);
};
