import { orderCommands } from './vocabulary.ts';

/** Commands of callers that depend on where the order is, each with what must be able to follow there. */
export const gatedCommands = Object.entries(orderCommands).filter(
  ([, { gate, internal }]) => gate.length > 0 && !internal,
);
