/** Where clients find the engine, and wait while there is none. */
export type Door = {
  readonly open: (url: string) => void;
  readonly close: () => void;
  /** The last address. */
  readonly url: () => string;
  /** Resolves when an engine serves. */
  readonly opened: () => Promise<void>;
};

export const aDoor = (): Door => {
  let url = '';
  let isOpen = false;
  const waiting: (() => void)[] = [];
  return {
    open: (at) => {
      url = at;
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
    close: () => {
      isOpen = false;
    },
    url: () => url,
    opened: () => (isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
