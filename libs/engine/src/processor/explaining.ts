import type { StreamExplanation } from '../engine-api.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Where a stream is, what it allows, and what a caller may expect of it. Throws `StreamSetAside`. */
export const explainEntry = ({ type, state, version }: StreamEntry, global: unknown): StreamExplanation => {
  const { explain, nextDeadline, sections } = type.definition;
  const deadline = nextDeadline?.(state);
  return {
    version,
    explanation: explain(state, global),
    nextDeadline: deadline === undefined ? null : { name: deadline.name, due: deadline.due },
    ...(sections !== undefined && { sections: sections(state) }),
  };
};
