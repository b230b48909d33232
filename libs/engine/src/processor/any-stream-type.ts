import type { StreamType } from '@orderloom/decider';

/** A stream type as the registry holds it: the types of its state and messages are erased, checked at definition. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type AnyStreamType = StreamType<any, any, any, any>;
