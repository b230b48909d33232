/** Where clients find the engine, and wait while there is none. */
export type Door = {
  readonly open: (url: string) => void;
  readonly close: () => void;
  /** The last address. */
  readonly url: () => string;
  /** Resolves when an engine serves, with its number: 1 is the first. */
  readonly opened: () => Promise<number>;
};

export const aDoor = (): Door => {
  let url = '';
  let isOpen = false;
  let openings = 0;
  const waiting: ((opening: number) => void)[] = [];
  return {
    open: (at) => {
      url = at;
      isOpen = true;
      openings += 1;
      for (const go of waiting.splice(0)) go(openings);
    },
    close: () => {
      isOpen = false;
    },
    url: () => url,
    opened: () => (isOpen ? Promise.resolve(openings) : new Promise((resolve) => waiting.push(resolve))),
  };
};
