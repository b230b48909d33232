import type { Engine } from '@orderloom/engine';

/**
 * The engine, to which a command goes only when the keys that it names are on the disk as their subjects'. A topic may
 * hold a command for long before it is an event, so nobody could say after a crash which keys are in use.
 */
export const sendingBehindKeys = (
  engine: Engine,
  keyStore: { readonly recorded: () => Promise<void> },
): Engine => ({
  ...engine,
  send: async (request) => {
    await keyStore.recorded();
    return engine.send(request);
  },
});
