import { setTimeout as pause } from 'node:timers/promises';

export type Reading = {
  readonly isStopped: () => boolean;
  /** Resolves when nothing is read any more. */
  readonly stop: () => Promise<void>;
};

/** Reads on and on; what fails is reported and tried again after a pause, so that whoever reads is only late meanwhile. */
export const keepReading = (
  readSome: () => Promise<void>,
  { pauseMs, onProblem }: { readonly pauseMs: number; readonly onProblem: (error: unknown) => void },
): Reading => {
  const state = { stopped: false };
  const read = async (): Promise<void> => {
    while (!state.stopped)
      try {
        await readSome();
      } catch (error) {
        onProblem(error);
        await pause(pauseMs);
      }
  };
  const reading = read();
  return {
    isStopped: () => state.stopped,
    stop: async () => {
      state.stopped = true;
      await reading;
    },
  };
};
